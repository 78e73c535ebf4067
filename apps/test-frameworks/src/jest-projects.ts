import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const APP = join(import.meta.dirname, '..')
const ROOT = join(APP, '../..')
const TIMEOUT_MS = 120_000

/** A way to set Jest up. */
export interface Setup {
  readonly name: string
  /** The package manager that lays out `node_modules`. */
  readonly installedBy: 'npm' | 'pnpm'
  /** Whether Node runs Jest with `--experimental-vm-modules`. */
  readonly vmModules: boolean
  /** The ending of the tests' names. */
  readonly extension: 'js' | 'ts'
  /** The project's files beside the tests. */
  readonly files: Readonly<Record<string, string>>
}

const PACKAGES = ['core', 'memory', 'testing']

/** Copies of our packages in `node_modules`, where Jest transforms nothing by default, and pnpm's links between them. */
function installPackages(folder: string, installedBy: Setup['installedBy']): void {
  const scopeOf = (name: string): string =>
    join(folder, 'node_modules', installedBy === 'npm' ? '@rl' : `.pnpm/@rl+${name}@1.0.0/node_modules/@rl`)
  for (const name of PACKAGES) {
    for (const part of ['package.json', 'dist']) {
      cpSync(join(ROOT, 'packages', name, part), join(scopeOf(name), name, part), { recursive: true })
    }
  }
  if (installedBy === 'npm') return
  for (const [scope, name] of [
    ...PACKAGES.map((name) => [join(folder, 'node_modules/@rl'), name] as const),
    [scopeOf('memory'), 'core'],
    [scopeOf('testing'), 'core'],
    [scopeOf('testing'), 'memory'],
  ] as const) {
    mkdirSync(scope, { recursive: true })
    symlinkSync(join(scopeOf(name), name), join(scope, name))
  }
}

/** Runs the tests, given by their names, in a project set up so. Resolves with how Jest ended and all that it wrote. */
export async function runJest(
  setup: Setup,
  tests: Readonly<Record<string, string>>,
): Promise<{ code: unknown; output: string }> {
  // In the app's folder, so that Jest and what transforms for it are found; outside its node_modules, which Jest passes over.
  const parent = join(APP, '.snippets')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'jest-'))
  try {
    installPackages(folder, setup.installedBy)
    const named = Object.entries(tests).map(([name, text]) => [`${name}.test.${setup.extension}`, text] as const)
    for (const [name, text] of [...Object.entries(setup.files), ...named]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return await run(
      folder,
      setup.vmModules ? ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] : [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(folder: string, flags: readonly string[]): Promise<{ code: unknown; output: string }> {
  const { bin } = JSON.parse(readFileSync(join(APP, 'node_modules/jest/package.json'), 'utf8'))
  const jest = join(APP, 'node_modules/jest', bin.jest ?? bin)
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|JEST|CI$|FORCE_COLOR$)/.test(name))
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, jest, '--runInBand', '--no-cache'],
      { cwd: folder, env: { ...Object.fromEntries(outer), NO_COLOR: '1' }, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? 'killed'), output: stdout + stderr }),
    )
  })
}
