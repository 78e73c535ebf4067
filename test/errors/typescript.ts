import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ROOT } from '../docs/documents.ts'
import type { Texts } from './produce.ts'

/** The first of what the compiler says of a module, without where it says it. */
async function complaint(code: string, options: readonly string[], type = 'module'): Promise<string> {
  await mkdir(join(ROOT, '.snippets'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, '.snippets', 'types-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'node_modules/@rl'), { recursive: true })
  for (const name of ['core', 'http', 'memory'])
    await symlink(join(ROOT, 'packages', name), join(folder, 'node_modules/@rl', name))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }))
  await writeFile(join(folder, 'module.ts'), code)
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const all = [tsc, '--noEmit', '--strict', '--target', 'es2023', '--skipLibCheck', '--pretty', 'false', ...options]
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, [...all, 'module.ts'], { cwd: folder }, (_, stdout) => resolve(stdout))
  })
  return printed.split(/^.*?error TS\d+: /m)[1]?.trim() ?? ''
}

const UNDER_ALLOW = `import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 1, window: '1m', onStoreError: 'allow' })
const { source, ...decision } = await limiter.limit('id')
const whole = await limiter.limit('id')
console.log(whole.remaining)
`

const KEY_OF_SOME = `import { FixedWindowRateLimiter } from '@rl/core'
import { rateLimit } from '@rl/http/fetch'
import { MemoryStore } from '@rl/memory'
const limiter = new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore(), limit: 1, window: '1m' })
export const limited = rateLimit({ limiter, key: (request) => request.headers.get('x-api-key') })
`

const IMPORT = "import { FixedWindowRateLimiter } from '@rl/core'\nexport { FixedWindowRateLimiter }\n"

export const TYPESCRIPT: Texts = {
  "Property 'remaining' does not exist on type …": () => complaint(UNDER_ALLOW, ['--module', 'nodenext']),
  '… is not assignable to type …every request needs a key: clientIp() gives its address, or answer 401 before the limiter…':
    () => complaint(KEY_OF_SOME, ['--module', 'nodenext']),
  "The current file is a CommonJS module whose imports will produce 'require' calls; …": () =>
    complaint(IMPORT, ['--module', 'node16'], 'commonjs'),
}
