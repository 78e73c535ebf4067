/// <reference path="./workerd.d.ts" />
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import workerd from 'workerd'
import { WorkerClient } from './client.ts'

const WORKER = new URL('../worker/worker.ts', import.meta.url).pathname

/** A Worker in workerd, whose objects keep their storage on the local disk. */
export class TestWorker {
  readonly client: WorkerClient = new WorkerClient()
  readonly #folder: string
  #child: ChildProcess | undefined

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(): Promise<TestWorker> {
    const folder = await mkdtemp(join(tmpdir(), 'durable-objects-'))
    await build({
      entryPoints: [WORKER],
      outfile: join(folder, 'worker.js'),
      bundle: true,
      format: 'esm',
      conditions: ['@rl/source', 'workerd', 'worker', 'browser'],
    })
    await writeFile(join(folder, 'config.capnp'), configOf(folder))
    const worker = new TestWorker(folder)
    await worker.launch()
    return worker
  }

  async launch(): Promise<void> {
    const args = ['serve', join(this.#folder, 'config.capnp'), '--control-fd=3']
    const child = spawn(workerd, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
    this.#child = child
    let log = ''
    child.stderr?.on('data', (chunk) => {
      log += chunk
    })
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`workerd did not start: ${log}`)))
    ended.catch(() => undefined)
    this.client.url = `http://127.0.0.1:${await Promise.race([listeningPort(child), ended])}`
  }

  /** Ends the process, whatever it is at. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
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

function configOf(folder: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "data", disk = (path = "${folder}", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  durableObjectNamespaces = [
    (className = "TestObject", uniqueKey = "limits", enableSql = true),
    (className = "WithoutSql", uniqueKey = "without-sql"),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "LIMITS", durableObjectNamespace = "TestObject"),
    (name = "WITHOUT_SQL", durableObjectNamespace = "WithoutSql"),
  ],
  compatibilityDate = "2026-11-01",
);
`
}
