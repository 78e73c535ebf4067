/// <reference path="./worker/workerd.d.ts" />
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import workerd from 'workerd'
import { ACTION_HEADER, type Snapshot } from '../../src/messages.ts'

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
);
`

let folder: string
let child: ChildProcess
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashboard-worker-'))
  await build({
    entryPoints: [new URL('worker/worker.ts', import.meta.url).pathname],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['@rl/source', 'workerd', 'worker', 'browser'],
  })
  await writeFile(join(folder, 'config.capnp'), CONFIG)
  const args = ['serve', join(folder, 'config.capnp'), '--control-fd=3']
  child = spawn(workerd, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
  // A line of JSON once the socket listens; nothing more if the Worker could not start.
  let seen = ''
  for await (const chunk of child.stdio[3] as Readable) {
    seen += chunk
    const port = /"port":(\d+)/.exec(seen)?.[1]
    if (port === undefined) continue
    url = `http://127.0.0.1:${port}`
    return
  }
  throw new Error('workerd did not start')
})

afterAll(async () => {
  const ended = once(child, 'exit')
  if (child.exitCode === null && child.kill('SIGKILL')) await ended
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string) => fetch(`${url}/limits/${path}`)

async function post(path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', [ACTION_HEADER]: '1', origin: url }
  return (await fetch(`${url}/limits/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

test('in workerd, the page is served, and its streams end with nothing of a process', async () => {
  expect(await get('').then((answer) => answer.text())).toContain('<!doctype html>')
  expect((await get('page.js').then((answer) => answer.text())).length).toBeGreaterThan(10_000)
  for (let nth = 0; nth < 25; nth++) {
    const events = (await get('stream').then((answer) => answer.text())).matchAll(/^data: (.*)$/gm)
    const [limiter, snapshot] = Array.from(events, ([, data = '']): unknown => JSON.parse(data))
    expect(limiter).toMatchObject({ name: 'api' })
    expect((snapshot as Snapshot).process).toBeUndefined()
  }
})

test('in workerd, identifiers are looked up, reset, tried and given back to', async () => {
  const bob = { limiter: 'api', id: 'bob' }
  for (let call = 0; call < 7; call++) await fetch(`${url}/bob`)
  expect(await post('lookup', bob)).toMatchObject({ allowed: false, windows: [{ used: 5 }] })
  expect(await post('reset', bob)).toEqual({})
  expect(await post('trial', bob)).toMatchObject({ allowed: true, windows: [{ used: 1 }] })
  expect(await post('refund', { ...bob, units: 9 })).toEqual({ windows: [{ givenBack: 1 }] })
})
