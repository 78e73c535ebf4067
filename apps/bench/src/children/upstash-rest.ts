import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { startUpstashRest } from '@rl/test-servers'
import { serve } from './child.ts'

/** The protocol of Upstash in front of a Redis, in a separate process. */
export interface RestSettings {
  readonly redisPort: number
}

/** The requests since the start. */
export interface Traffic {
  readonly requests: number
  /** Both ways, with all headers. */
  readonly bytes: number
}

await serve(async ({ redisPort }: RestSettings) => {
  const sockets: Socket[] = []
  subscribe('net.server.socket', (message) => void sockets.push((message as { readonly socket: Socket }).socket))
  const rest = await startUpstashRest({ redisPort })
  return async (question): Promise<Traffic | { readonly url: string; readonly token: string }> => {
    if (question !== 'traffic') return { url: rest.url, token: rest.token }
    const bytes = sockets.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0)
    return { requests: rest.requests, bytes }
  }
})
