import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RedisServer, startRedis, startUpstashRest, type UpstashRestServer } from '@rl/test-servers'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ask, expected } from '../../../test/docs/answers.ts'
import { readDocuments } from '../../../test/docs/documents.ts'
import { type Program, programsOf } from '../../../test/docs/programs.ts'
import { type Command, serve } from '../../../test/docs/served.ts'
import { RUNTIMES } from '../src/runtimes.ts'
import { obtain } from '../src/tool.ts'

const ATTEMPTS = 5

const programs = readDocuments()
  .flatMap(programsOf)
  .filter(({ serves }) => serves === 'bun' || serves === 'deno')

// Their own, to be emptied before each.
let redis: RedisServer
let rest: UpstashRestServer
beforeAll(async () => {
  redis = await startRedis()
  rest = await startUpstashRest({ redisUrl: redis.url })
})
afterAll(async () => {
  await rest.stop()
  await redis.stop()
})

test.sequential.each(programs.map((program) => [program.name, program] as const))('%s serves', async (_, program) => {
  const cwd = inject('project')
  const file = join('snippets', program.file)
  await mkdir(join(cwd, 'snippets', program.file, '..'), { recursive: true })
  await writeFile(join(cwd, file), program.code)
  expect(program.answers, 'it says what it answers').not.toEqual([])
  for (let attempt = 1; ; attempt++) {
    const minute = currentMinute()
    await redis.command('FLUSHALL')
    const servers = {
      REDIS_URL: redis.url,
      UPSTASH_REDIS_REST_URL: rest.url,
      UPSTASH_REDIS_REST_TOKEN: rest.token,
    }
    const env = { ...process.env, ...servers, NO_COLOR: '1' }
    const served = await serve((port) => commandOf(program, file, port), { cwd, env })
    try {
      const answers: Record<number, number>[] = []
      for (const each of program.answers) answers.push(await ask(served.url, each))
      expect(answers).toEqual(program.answers.map(expected))
      return
    } catch (error) {
      // A run in which a window may have ended is no evidence.
      if (currentMinute() === minute || attempt === ATTEMPTS) throw new Error(served.stderr, { cause: error })
    } finally {
      await served.stop()
    }
  }
})

async function commandOf({ serves }: Program, file: string, port: number): Promise<Command> {
  const runtime = RUNTIMES.find(({ tool }) => tool.bin === serves)
  if (runtime === undefined) throw new Error(`there is no runtime for ${serves}`)
  const program = await obtain(runtime.tool)
  if (serves === 'bun') return { program, args: ['run', file] }
  const rights = ['--allow-net', '--allow-env', '--allow-read', '--allow-sys']
  const args = ['run', '--node-modules-dir=manual', '--no-prompt', ...rights, file]
  return { program, args, env: { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}` } }
}

function currentMinute(): number {
  return Math.floor(Date.now() / 60_000)
}
