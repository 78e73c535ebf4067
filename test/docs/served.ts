/// <reference path="./workerd.d.ts" />
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import workerd from 'workerd'

/** A process that serves. */
export interface Served {
  readonly url: string
  /** Its stderr so far. */
  readonly stderr: string
  stop(): Promise<void>
}

/** How to start a process that serves on a port: the program, its arguments, and what to set beside the environment. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const START_TIMEOUT_MS = 60_000

/** Starts it on a free port of this machine and waits until it listens. Rejects with what it wrote if it ends before. */
export async function serve(
  commandOn: (port: number) => Command | Promise<Command>,
  settings: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Served> {
  const port = await freePort()
  const { program, args, env } = await commandOn(port)
  const child = spawn(program, args, { cwd: settings.cwd, env: { ...settings.env, PORT: `${port}`, ...env } })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdout.resume()
  const ended = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  try {
    await untilListening(port, child)
  } catch (cause) {
    await stop()
    throw new Error(`${program} ${args.join(' ')} does not listen: ${stderr}`, { cause })
  }
  return {
    url: `http://127.0.0.1:${port}`,
    get stderr() {
      return stderr
    },
    stop,
  }
}

/** Bundles a Worker as a deployment would. */
export async function workerCommand(
  module: string,
  bindings: Readonly<Record<string, string>>,
  port: number,
): Promise<Command> {
  const bundle = module.replace(/\.js$/, '.worker.js')
  const { metafile } = await build({
    entryPoints: [module],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    metafile: true,
  })
  const hasObjects = Object.values(metafile.outputs).some((output) => output.exports.includes('RateLimitObject'))
  const config = bundle.replace(/\.js$/, '.capnp')
  await writeFile(config, configOf(bundle, bindings, port, hasObjects))
  return { program: workerd, args: ['serve', config] }
}

/** @param hasObjects Whether the Worker exports the class of @rl/durable-objects. Its objects keep their storage beside the bundle. */
function configOf(bundle: string, texts: Readonly<Record<string, string>>, port: number, hasObjects: boolean): string {
  const bindings = Object.entries(texts).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)
  if (hasObjects) bindings.push('(name = "LIMITS", durableObjectNamespace = "RateLimitObject")')
  const objects = `durableObjectNamespaces = [(className = "RateLimitObject", uniqueKey = "limits", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),`
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "disk", disk = (path = "${dirname(bundle)}", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "${basename(bundle)}")],
  bindings = [${bindings.join(', ')}],
  ${hasObjects ? objects : ''}
  compatibilityDate = "2026-11-01",
);
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error('it ended, or took too long')
    await sleep(20)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (listening: boolean): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
