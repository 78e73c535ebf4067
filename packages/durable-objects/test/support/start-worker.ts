/// <reference path="./workerd.d.ts" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningWorkerd, startWorkerd } from '@rl/test-servers'
import { build } from 'esbuild'
import workerd from 'workerd'
import { WorkerClient } from './client.ts'

const WORKER = new URL('../worker/worker.ts', import.meta.url).pathname

/** A Worker in workerd, whose objects keep their storage on the local disk. */
export class TestWorker {
  readonly client: WorkerClient = new WorkerClient()
  readonly #folder: string
  #running: RunningWorkerd | undefined

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
    this.#running = await startWorkerd(workerd, join(this.#folder, 'config.capnp'))
    this.client.url = this.#running.url
  }

  /** Ends the process, whatever it is at. */
  async kill(): Promise<void> {
    await this.#running?.kill()
    this.#running = undefined
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
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
