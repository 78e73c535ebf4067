import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './documents.ts'
import type { Program } from './programs.ts'
import { type Served, serve, workerCommand } from './served.ts'

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | string | null
  readonly stdout: string
  readonly stderr: string
}

const PROGRAM_TIMEOUT_MS = 45_000

/** A folder in which the programs are built and run against the packages as a user gets them: what `build` made. */
export class Workspace {
  readonly #folder: string

  constructor(programs: readonly Program[]) {
    const parent = join(ROOT, '.snippets')
    mkdirSync(parent, { recursive: true })
    this.#folder = mkdtempSync(join(parent, 'run-'))
    this.#write('package.json', JSON.stringify({ private: true, type: 'module' }))
    this.#write('tsconfig.json', JSON.stringify(TSCONFIG))
    this.#write('vitest.config.mjs', `export default ${JSON.stringify(VITEST_CONFIG)}`)
    for (const { file, code } of programs) this.#write(join('src', file), code)
    this.#write('src/deno.d.ts', DENO)
    mkdirSync(join(this.#folder, 'node_modules/@rl'), { recursive: true })
    for (const name of readdirSync(join(ROOT, 'packages'))) {
      symlinkSync(join(ROOT, 'packages', name), join(this.#folder, 'node_modules/@rl', name))
    }
  }

  /** Type-checks and builds all programs at once. Returns the complaints of the compiler, one a line. */
  async compile(): Promise<readonly string[]> {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const { stdout, stderr } = await this.#node([tsc, '--project', '.', '--pretty', 'false'], {})
    return `${stdout}${stderr}`.split('\n').filter((line) => line !== '')
  }

  /** Runs a program in a separate process, which must end by itself. */
  async run({ file, testedBy }: Program, env: NodeJS.ProcessEnv): Promise<Ended> {
    const built = join('built', file.replace(/\.ts$/, '.js'))
    // Node's own mocks of timers are experimental in Node 20.
    if (testedBy === undefined) return this.#node(['--disable-warning=ExperimentalWarning', built], env)
    if (testedBy === 'vitest') return this.#node([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', built], env)
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js')
    const ended = await this.#node(
      ['--experimental-vm-modules', jest, '--config', JSON.stringify({ testRegex: built })],
      env,
    )
    // Jest reports to stderr, also when all is well.
    return ended.code === 0 ? { ...ended, stderr: '' } : ended
  }

  /** Starts a program that serves: in Node, or as a Worker in workerd. */
  serve({ file, serves }: Program, env: Readonly<Record<string, string>>): Promise<Served> {
    const built = join(this.#folder, 'built', file.replace(/\.ts$/, '.js'))
    return serve(
      (port) => {
        if (serves === 'worker') return workerCommand(built, env, port)
        const harness = serves === 'function' ? [join(import.meta.dirname, 'serve-function.mjs')] : []
        return { program: process.execPath, args: [...harness, built] }
      },
      { cwd: this.#folder, env: { ...outerEnv(), ...env } },
    )
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #write(path: string, text: string): void {
    const target = join(this.#folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  #node(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        args,
        {
          cwd: this.#folder,
          env: { ...outerEnv(), ...env },
          timeout: PROGRAM_TIMEOUT_MS,
          killSignal: 'SIGKILL',
        },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : (error.code ?? 'killed'), stdout, stderr }),
      )
    })
  }
}

function outerEnv(): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|CI$|FORCE_COLOR$)/.test(name))
  return { ...Object.fromEntries(outer), NO_COLOR: '1' }
}

/** As much of Deno as the snippets call. They run in Deno itself. */
const DENO = `declare const Deno: {
  serve(handler: (request: Request, info: object) => Response | Promise<Response>): unknown
}
`

const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: {
    rootDir: 'src',
    outDir: 'built',
    types: ['node'],
    noUnusedLocals: false,
    experimentalDecorators: true, // Nest's
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
  },
  include: ['src'],
}

const VITEST_CONFIG = { test: { include: ['built/**/*.test.js'], reporters: ['default'] } }
