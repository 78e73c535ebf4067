import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkerd } from '@rl/test-servers'
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
  const running = await startWorkerd(workerd, config)
  return {
    url: running.url,
    get log() {
      return running.log
    },
    stop: async () => {
      await running.kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
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
