import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import workerd from 'workerd'

export interface RunningWorker {
  readonly url: string
  /** Its stderr. */
  readonly log: string
  stop(): Promise<void>
}

/**
 * Bundles a Worker as a deployment would, and runs it in workerd, with these bindings, on a free port of this machine. That
 * with Durable Objects keeps them in the folder that the bundle is in.
 */
export async function startWorker(
  bindings: Readonly<Record<string, string>>,
  entry: 'worker' | 'durable-objects' = 'worker',
): Promise<RunningWorker> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-worker-'))
  await build({
    entryPoints: [new URL(`../src/${entry}.ts`, import.meta.url).pathname],
    outfile: join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['@rl/source', 'workerd', 'worker', 'browser'],
  })
  const config = join(directory, 'config.capnp')
  await writeFile(config, configOf(bindings, directory, entry === 'durable-objects'))
  const child = spawn(workerd, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr?.on('data', (chunk) => {
    log += chunk
  })
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  const endedEarly = ended.then(() => Promise.reject(new Error(`workerd did not start: ${log}`)))
  endedEarly.catch(() => undefined)
  const port = await Promise.race([listeningPort(child), endedEarly])
  return {
    url: `http://127.0.0.1:${port}`,
    get log() {
      return log
    },
    stop,
  }
}

/** workerd writes a line of JSON to its control channel once a socket listens. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let seen = ''
  for await (const chunk of child.stdio[3] as Readable) {
    seen += chunk
    for (const line of seen.split('\n').slice(0, -1)) {
      const message: { event: string; port?: number } = JSON.parse(line)
      if (message.event === 'listen' && message.port !== undefined) return message.port
    }
  }
  throw new Error('workerd closed its control channel')
}

function configOf(texts: Readonly<Record<string, string>>, directory: string, hasObjects: boolean): string {
  const bindings = Object.entries(texts).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)
  if (hasObjects) bindings.push('(name = "LIMITS", durableObjectNamespace = "RateLimitObject")')
  const objects = `durableObjectNamespaces = [(className = "RateLimitObject", uniqueKey = "limits", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),`
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "disk", disk = (path = "${directory}", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [${bindings.join(', ')}],
  ${hasObjects ? objects : ''}
  compatibilityDate = "2026-11-01",
);
`
}
