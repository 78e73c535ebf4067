import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseOrder } from '../../packages/cli/src/arguments/parse.ts'
import { ROOT } from './documents.ts'

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const root = readManifest('.')
const packages = readdirSync(join(ROOT, 'packages')).map((name) => readManifest(join('packages', name)))

/** Tools that the reader has. Their arguments are not checked. */
const TOOLS = ['curl', 'redis-cli', 'git', 'cd', 'deno run', 'bun run']
/** Commands of pnpm itself. */
const PNPM = ['install', 'exec', 'pack']

/** Why a shell command of the documentation can't work, if so. */
export function problemWith(line: string): string | undefined {
  const words = line
    .replace(/\s# .*$/, '')
    .trim()
    .split(/\s+/)
  while (/^[A-Z_]+=/.test(words[0] ?? '')) words.shift()
  const command = words.join(' ')
  const [tool = '', ...args] = words
  if (TOOLS.includes(tool) || TOOLS.includes(`${tool} ${args[0]}`)) return undefined
  if (/^(pnpm exec|npx vitest) /.test(command)) return undefined
  if (command.startsWith('npx @rl/cli ')) return problemWithRl(args.slice(1))
  if (command.startsWith('npx --yes pnpm@12 ')) return problemWithScript(args.slice(2))
  if (/^(npm (un)?install|bun add|deno add) /.test(command)) {
    return problemWithInstall(args.slice(1).map((name) => name.replace(/^npm:/, '')))
  }
  const path = tool === 'node' ? (args[0] ?? '') : tool
  const source = path.replace('/dist/', '/src/').replace(/\.js$/, '.ts')
  return existsSync(join(ROOT, source)) ? undefined : `nobody knows the command: ${line}`
}

/** Why `pnpm <args>` can't work, if so. */
export function problemWithScript(args: readonly string[]): string | undefined {
  const filter = args[0] === '--filter' ? args[1] : undefined
  const script = filter === undefined ? args[0] : args[2]
  const manifest = filter === undefined ? root : packages.find(({ name }) => name === filter)
  if (manifest === undefined) return `there is no package ${filter}`
  if (script === undefined) return 'a script is missing'
  return script in (manifest.scripts ?? {}) || PNPM.includes(script) ? undefined : `there is no script ${script}`
}

function problemWithRl(args: readonly string[]): string | undefined {
  try {
    parseOrder(args)
    return undefined
  } catch (error) {
    return String(error)
  }
}

function problemWithInstall(names: readonly string[]): string | undefined {
  const own = packages.filter((manifest) => !manifest.private).map(({ name }) => name)
  // The root has all that the pages' programs import.
  const others = [...packages, root].flatMap((each) =>
    Object.keys({ ...each.peerDependencies, ...each.devDependencies }),
  )
  const known = (name: string) => own.includes(packedAs(name)) || others.includes(name) || /^--?[a-zA-Z-]+$/.test(name)
  const unknown = names.find((name) => !known(name))
  return unknown === undefined ? undefined : `nothing here needs ${unknown}`
}

/** The package that a tarball of `pnpm pack` holds, such as `@rl/core` for `../rl-core-0.0.0.tgz`; other names as they are. */
function packedAs(name: string): string {
  return name.replace(/^.*\/rl-([a-z-]+)-\d+\.\d+\.\d+\.tgz$/, '@rl/$1')
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
}
