import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Usage } from '../src/app.ts'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** A process of the gateway. */
export interface GatewayProcess {
  /** The costs that it has printed so far. */
  readonly usages: readonly Usage[]
  /** Asks for a completion as the tenant. */
  chat(prompt: string, maxTokens: number, signal?: AbortSignal): Promise<Response>
  /** Stops as a deployment does: streams under way are finished. Resolves when all that it said was read. */
  stop(): Promise<void>
  /** As if the machine were gone. */
  kill(): Promise<void>
}

export async function startGateway(redisUrl: string): Promise<GatewayProcess> {
  if (!existsSync(MAIN)) throw new Error('the gateway is not built: run `npx --yes pnpm@12 build` first')
  const env = { PATH: process.env.PATH, REDIS_URL: redisUrl, PORT: '0', API_KEYS: 'acme:key' }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const usages: Usage[] = []
  const lines = createInterface(child.stdout)
  const ended = once(lines, 'close')
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)))
    lines.on('line', (line) => {
      if (line.startsWith('{')) usages.push(JSON.parse(line))
      else resolve(line.replace('listening on ', ''))
    })
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  return {
    usages,
    chat: (prompt, maxTokens, signal) =>
      fetch(`${url}/v1/chat`, {
        method: 'POST',
        headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
        body: JSON.stringify({ prompt, maxTokens }),
        ...(signal && { signal }),
      }),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
