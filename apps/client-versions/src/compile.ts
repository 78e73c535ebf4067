import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Client, type ClientSet, pathOf } from './client-sets.ts'

const APP = join(import.meta.dirname, '..')
const ROOT = join(APP, '../..')
const ADAPTERS: Readonly<Record<Client, string>> = {
  ioredis: 'ioredis',
  redis: 'node-redis',
  '@upstash/redis': 'upstash',
}

const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: {
    noEmit: true,
    customConditions: ['@rl/source'],
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    types: ['node'],
  },
  include: ['*.ts'],
}

/** Compiles what users write, each adapter's `client-types.test.ts`, with the types of a set's clients. Resolves with the complaints. */
export async function complaintsWith({ packages }: ClientSet): Promise<readonly string[]> {
  const parent = join(APP, '.snippets')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'types-'))
  const link = (name: string, target: string): void => {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    for (const [client, packageName] of Object.entries(packages)) {
      const adapter = ADAPTERS[client as Client]
      link(client, pathOf(packageName))
      link(`@rl/${adapter}`, join(ROOT, 'packages', adapter))
      const text = readFileSync(join(ROOT, 'packages', adapter, 'test/client-types.test.ts'), 'utf8')
      writeFileSync(join(folder, `${adapter}.ts`), text.replace("'../src/index.ts'", `'@rl/${adapter}'`))
    }
    return await compile(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function compile(folder: string): Promise<readonly string[]> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '--project', folder, '--pretty', 'false'], (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '')
      resolve(error !== null && lines.length === 0 ? [error.message] : lines)
    })
  })
}
