import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const APP = join(import.meta.dirname, '..')
const PACKAGES = join(APP, '../../packages')
const OURS = ['core', 'http', 'memory', 'nestjs'] as const
const TIMEOUT_MS = 120_000

/** Which modules are installed for an application, and where they are: this folder has Nest 12. */
const NEST = {
  'nest-11': { from: join(PACKAGES, 'nestjs'), modules: ['common', 'core', 'platform-express', 'testing'] },
  'nest-12': { from: APP, modules: ['common', 'core', 'platform-express'] },
} as const

export interface Ended {
  readonly code: unknown
  readonly output: string
}

/** A copy of an application of this folder, with our packages as `build` made them and one version of Nest installed. */
export class NestApp {
  readonly folder: string

  constructor(name: keyof typeof NEST) {
    mkdirSync(join(APP, '.snippets'), { recursive: true })
    this.folder = mkdtempSync(join(APP, '.snippets', `${name}-`))
    cpSync(join(APP, name), this.folder, { recursive: true })
    for (const each of OURS) {
      for (const part of ['package.json', 'dist'])
        cpSync(join(PACKAGES, each, part), this.#module(`@rl/${each}`, part), { recursive: true })
    }
    const { from, modules } = NEST[name]
    for (const each of [...modules.map((module) => `@nestjs/${module}`), 'reflect-metadata', 'rxjs'])
      this.#link(each, join(from, 'node_modules', each))
    for (const each of ['ipaddr.js', 'structured-headers']) this.#link(each, join(PACKAGES, 'http/node_modules', each))
  }

  jest(config: object): Promise<Ended> {
    const jest = join(APP, 'node_modules/jest/bin/jest.js')
    return this.#run([jest, '--runInBand', '--no-cache', '--config', JSON.stringify(config)])
  }

  /** Type-checks and compiles, as the application's tsconfig.json and further options say. */
  compile(...options: string[]): Promise<Ended> {
    return this.#run([join(APP, '../../node_modules/typescript/bin/tsc'), '-p', '.', ...options])
  }

  #run(args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        args,
        { cwd: this.folder, env: environment(), timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : (error.code ?? 'killed'), output: stdout + stderr }),
      )
    })
  }

  /** Starts a program that prints where it listens as its last line. */
  async start(
    program: string,
  ): Promise<{ readonly lines: readonly string[]; readonly url: string; stop(): Promise<void> }> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      cwd: this.folder,
      env: { ...environment(), PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    for await (const line of createInterface(child.stdout as NonNullable<ChildProcess['stdout']>)) {
      lines.push(line)
      if (line.startsWith('http://')) break
    }
    const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve()
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL')
      await ended
    }
    return { lines, url: lines.at(-1) ?? '', stop }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #link(name: string, target: string): void {
    mkdirSync(dirname(this.#module(name)), { recursive: true })
    symlinkSync(realpathSync(target), this.#module(name))
  }

  #module(...path: string[]): string {
    return join(this.folder, 'node_modules', ...path)
  }
}

function environment(): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|JEST|CI$|FORCE_COLOR$)/.test(name))
  return { ...Object.fromEntries(outer), NO_COLOR: '1' }
}
