import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { run } from './run.ts'

/** A program that npm packages bring. */
export interface Tool {
  readonly title: string
  readonly package: string
  readonly version: string
  /** The command's name. */
  readonly bin: string
}

const CACHE = join(ROOT, 'node_modules/.cache/runtimes')

const obtained = new Map<Tool, Promise<string>>()

/**
 * The path of the program, which is installed from npm where it is not yet. Rejects with a sentence when that does not
 * work, or when the program does not start on this machine.
 */
export function obtain(tool: Tool): Promise<string> {
  const path = obtained.get(tool) ?? install(tool)
  obtained.set(tool, path)
  return path
}

async function install(tool: Tool): Promise<string> {
  const directory = join(CACHE, `${tool.package.replace('/', '+')}@${tool.version}`)
  const path = join(directory, 'node_modules/.bin', tool.bin)
  try {
    if (!existsSync(directory)) await installInto(directory, `${tool.package}@${tool.version}`)
    await run(path, ['--version'])
    return path
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause
    throw new Error(`${tool.title} could not be obtained from npm (${tool.package}@${tool.version}): ${reason}`, {
      cause,
    })
  }
}

/** Appears complete or not at all, also if another process installs it at the same time. */
async function installInto(directory: string, specifier: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const unfinished = await mkdtemp(join(CACHE, 'unfinished-'))
  try {
    await run('npm', ['install', '--prefix', unfinished, '--no-audit', '--no-fund', '--loglevel=error', specifier])
    await rename(unfinished, directory).catch((error) => {
      if (!existsSync(directory)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
