import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Manifest } from './packages.ts'

/** The fields that a registry receives of a version to publish. */
interface Publication {
  readonly name: string
  readonly access: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, Manifest>>
}

/** A registry on this machine that has no packages, takes whatever is published, and keeps what it was sent. */
export interface Registry extends AsyncDisposable {
  readonly url: string
  readonly publications: readonly Publication[]
}

export async function startRegistry(): Promise<Registry> {
  const publications: Publication[] = []
  const server = createServer(async (request, response) => {
    const published = request.method === 'PUT'
    if (published) publications.push((await json(request)) as Publication)
    response.writeHead(published ? 201 : 404, { 'content-type': 'application/json' })
    response.end(published ? '{"ok":true}' : '{"error":"not found"}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    publications,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
