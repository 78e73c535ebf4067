import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

/** Keys that some requests don't have, as one would write them. Each line is an error. */
const KEYS = [
  'express({ limiter, key: (request) => request.ip })',
  'app.use(express({ limiter, key: (request) => request.ip }))',
  'express({ limiter, key: async (request) => request.ip })',
  "express({ limiters: [{ limiter, key: (request) => request.get('x-user') }] })",
  'fastify({ limiter, key: (request) => request.hostname || undefined })',
  "fastify({ limiter, key: (request) => request.headers['x-user'] })",
  "fetch({ limiter, key: (request) => request.headers.get('x-user') })",
  'fetch({ limiter, key: (_: Request, env: { user?: string }) => env.user })',
  "hono({ limiter, key: (c) => c.req.header('x-user') })",
  "koa({ limiter, key: (c) => c.headers['x-user'] })",
  "next({ limiter, key: (request) => request.cookies.get('user')?.value })",
  'new Guard<[string?], Response>({ limiter, key: (user) => user })',
]

const BEFORE = `import type { RateLimiter } from '@rl/core'
import { Guard } from '@rl/http'
import { rateLimit as express } from '@rl/http/express'
import { rateLimit as fastify } from '@rl/http/fastify'
import { rateLimit as fetch } from '@rl/http/fetch'
import { rateLimit as hono } from '@rl/http/hono'
import { rateLimit as koa } from '@rl/http/koa'
import { rateLimit as next } from '@rl/http/next'
import createApp from 'express'
declare const limiter: RateLimiter
const app = createApp()
`

/** The compiler's errors, by line. */
const said = new Map<string, string>()

beforeAll(async () => {
  const snippets = fileURLToPath(new URL('../.snippets', import.meta.url))
  await mkdir(snippets, { recursive: true })
  const folder = await mkdtemp(join(snippets, 'keys-'))
  try {
    await writeFile(join(folder, 'keys.ts'), BEFORE + KEYS.join('\n'))
    await writeFile(join(folder, 'tsconfig.json'), '{ "extends": "../../tsconfig.json", "include": ["keys.ts"] }')
    for (const error of (await compile(folder)).split(/^(?=keys\.ts\()/m)) {
      const line = Number(/^keys\.ts\((\d+),/.exec(error)?.[1]) - BEFORE.split('\n').length
      said.set(KEYS[line] ?? error, error)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

function compile(folder: string): Promise<string> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: folder }, (_, stdout) => resolve(stdout))
  })
}

test.each(KEYS)('%s: the compiler says what to return', (key) => {
  expect(said.get(key)).toContain(
    'every request needs a key: clientIp() gives its address, or answer 401 before the limiter',
  )
})

test('nothing else is wrong with them', () => {
  expect([...said.keys()].sort()).toEqual([...KEYS].sort())
})
