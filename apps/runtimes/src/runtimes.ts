import type { Result } from '../consumer/check.ts'
import { run } from './run.ts'
import { obtain, type Tool } from './tool.ts'
import { runInWorkerd } from './workerd.ts'

/** A suite of `consumer/`. */
export type SuiteName = 'memory' | 'ioredis' | 'node-redis' | 'upstash' | 'http-fetch'

/** A runtime, with the suites that its users can have a use for. */
export interface Runtime {
  readonly tool: Tool
  readonly suites: readonly SuiteName[]
  /** Runs a suite in the project and resolves with what it printed. */
  run(executable: string, suite: SuiteName, project: string, env: Readonly<Record<string, string>>): Promise<string>
}

const ALL: readonly SuiteName[] = ['memory', 'ioredis', 'node-redis', 'upstash', 'http-fetch']

export const RUNTIMES: readonly Runtime[] = [
  ...['20.20.2', '22.23.3', '24.21.0', '26.10.0'].map(node),
  {
    tool: { title: 'Bun', package: 'bun', version: '1.4.5', bin: 'bun' },
    suites: ALL,
    run: (bun, suite, cwd, env) => run(bun, ['run', 'dist/main.js', suite], { cwd, env }),
  },
  {
    tool: { title: 'Deno', package: 'deno', version: '2.9.6', bin: 'deno' },
    suites: ALL,
    run: (deno, suite, cwd, env) => run(deno, [...DENO_RUN, 'dist/main.js', suite], { cwd, env }),
  },
  {
    tool: { title: 'workerd', package: 'workerd', version: '1.20261117.1', bin: 'workerd' },
    suites: ['memory', 'upstash', 'http-fetch'], // no TCP clients on the edge
    run: runInWorkerd,
  },
]

// It takes packages from where npm put them. ioredis and node-redis read the environment and the system's name.
const DENO_RUN = [
  'run',
  '--node-modules-dir=manual',
  '--no-prompt',
  '--allow-net',
  '--allow-env',
  '--allow-read',
  '--allow-sys',
]

function node(version: string): Runtime {
  return {
    tool: { title: `Node ${version}`, package: nodePackage(), version, bin: 'node' },
    suites: ALL,
    run: (executable, suite, cwd, env) => run(executable, ['dist/main.js', suite], { cwd, env }),
  }
}

/** The package with this machine's build: what `node` on npm would install by a script. */
function nodePackage(): string {
  const family = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return `${family}-${process.platform}-${process.arch}`
}

/** Runs a suite there and gives its results. */
export async function resultsOn(
  runtime: Runtime,
  suite: SuiteName,
  project: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Result[]> {
  const executable = await obtain(runtime.tool)
  const printed = await runtime.run(executable, suite, project, env)
  const last = printed.trim().split('\n').at(-1) ?? ''
  return JSON.parse(last)
}
