import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  ensurePrometheus,
  type Prometheus,
  type RedisServer,
  type ServerClock,
  serverClock,
  startPrometheus,
  startRedis,
} from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf } from './blocks.ts'
import { type Document, ROOT, readDocuments } from './documents.ts'
import { type Program, programsOf } from './programs.ts'
import type { Served } from './served.ts'

const HOUR = 3_600_000

export const PAGE: Document = pageOf('docs/operate.md')
const program = programOf(PAGE)

const RULES = readFileSync(join(ROOT, 'packages/otel/prometheus/alerts.yml'), 'utf8')
/** The names of all. */
export const ALERTS: readonly string[] = Array.from(RULES.matchAll(/- alert: (\w+)/g), ([, name = '']) => name)

/** The page's program, running. */
interface Running {
  readonly served: Served
  /** Where `rl` is. */
  readonly rl: string
  stop(): Promise<void>
}

let clock: ServerClock
let redis: RedisServer
let running: Running
let prometheus: Prometheus

/**
 * Does what the page says, in its order: what was done in one section holds in the next.
 *
 * @param start Starts the page's program.
 */
export function describeOperate(start: (program: Program, redisUrl: string) => Promise<Running>): void {
  beforeAll(async () => {
    // At the begin of an hour: none of the page's windows ends meanwhile.
    clock = await serverClock()
    await clock.set(HOUR - (Date.now() % HOUR))
    redis = await startRedis({ clock })
    running = await start(patient(program), redis.url)
    prometheus = await startPrometheus({ jobs: { api: `${running.served.url}/metrics` }, scrapeIntervalMs: 100 })
  })
  afterAll(async () => {
    await prometheus?.stop()
    await running?.stop()
    await redis?.stop()
  })

  test('See your calls', async () => {
    const [calls, metrics] = stepsOf('See your calls')
    expect(tally(await callsOf(calls?.line))).toEqual({ 200: 5, 429: 3 })
    expectShown(await outputOf(metrics?.line), metrics?.shown)
  })

  test('Find who is denied', async () => {
    expect(await act('denied', {})).toMatchObject({ identifiers: [{ limiter: 'api', id: 'bob', count: 3 }] })
    const [top, peek] = stepsOf('Find who is denied')
    expectShown(await outputOf(top?.line), top?.shown)
    expect(await outputOf(peek?.line)).toMatch(/ {3}5 {2}1h {6}\d{4}-/)
  })

  test('Let somebody through', async () => {
    expect(await act('lookup', { limiter: 'api', id: 'bob' })).toMatchObject({ allowed: false })
    expect(await act('refund', { limiter: 'api', id: 'bob', units: 1 })).toMatchObject({ windows: [{ givenBack: 1 }] })
    expect(await call('bob', 2)).toEqual({ 200: 1, 429: 1 })
    await act('reset', { limiter: 'api', id: 'bob' })
    expect(await call('bob', 6)).toEqual({ 200: 5, 429: 1 })
    const [reset] = stepsOf('Let somebody through')
    expect(await outputOf(reset?.line)).toMatch(/^api bob, .*: reset, 5 used in 1h before\.$/)
    expect(await call('bob', 6)).toEqual({ 200: 5, 429: 1 })
  })

  test('Alert', async () => {
    const [yaml] = blocksOf(PAGE).filter(({ language }) => language === 'yaml')
    const { promtool } = await ensurePrometheus()
    const folder = mkdtempSync(join(tmpdir(), 'rl-operate-'))
    try {
      mkdirSync(join(folder, 'node_modules/@rl'), { recursive: true })
      symlinkSync(join(ROOT, 'packages/otel'), join(folder, 'node_modules/@rl/otel'))
      writeFileSync(join(folder, 'prometheus.yml'), yaml?.lines.join('\n') ?? '')
      const { stdout } = await promisify(execFile)(promtool, ['check', 'config', 'prometheus.yml'], { cwd: folder })
      expect(stdout).toContain(`SUCCESS: ${ALERTS.length} rules found`)
    } finally {
      rmSync(folder, { recursive: true })
    }
    await untilTrue('RateLimitManyDenied', () => call('bob', 1))
  })

  test('Redis is full', async () => {
    await redis.command('CONFIG', 'SET', 'maxmemory', '1')
    expect(await call('bob', 1)).toEqual({ 429: 1 })
    expect(await call('new', 1)).toEqual({ 200: 1 })
    await expect.poll(() => metric('rl_store_duration_count')).toContain('error_type="not-executed"')
    const [reset] = stepsOf('Redis is full')
    expectShown(await outputOf(reset?.line), reset?.shown)
    await untilTrue('RateLimitStoreErrors', () => call('new', 1))
    expect(await outputOf('npx @rl/cli top')).toContain('Looked at all keys: 1 identifier, ')
    await redis.command('CONFIG', 'SET', 'maxmemory', '0')
  })

  test('Redis is slow', async () => {
    redis.pause()
    expect(await call('bob', 1)).toEqual({ 200: 1 })
    await expect.poll(() => metric('rl_store_duration_count')).toContain('error_type="unknown"')
    redis.resume()
    await redis.command('EVAL', `for i = 1, 3e6 do math.random() end`, '0')
    expect(JSON.stringify(await redis.command('SLOWLOG', 'GET'))).toContain('for i = 1, 3e6')
  })

  test('Redis is down', async () => {
    const { port } = redis
    await redis.kill()
    expect(await call('bob', 8)).toEqual({ 200: 8 })
    await expect.poll(() => metric('rl_breaker_open')).toMatch(/ 1$/)
    await untilTrue('RateLimitStoreDown', () => call('bob', 1))
    await untilTrue('RateLimitNotEnforced', () => call('bob', 1))
    const [peek] = stepsOf('Redis is down')
    expectShown(await outputOf(peek?.line), peek?.shown)
    await redis.stop()
    redis = await startRedis({ clock, port })
    await expect
      .poll(async () => {
        await call('anybody', 1)
        return metric('rl_breaker_open')
      })
      .toMatch(/ 0$/)
    expect(await call('bob', 6)).toEqual({ 200: 5, 429: 1 })
  })
}

interface Step {
  readonly line: string
  /** The output that the page shows below it. */
  readonly shown: string | undefined
}

/** The shell commands of a section. */
function stepsOf(section: string): readonly Step[] {
  const [, rest = ''] = PAGE.text.split(`## ${section}\n`) ?? []
  const [text = ''] = rest.split('\n## ')
  const blocks = blocksOf({ path: section, text })
  return blocks.flatMap(({ language, lines }, i) => {
    const next = blocks[i + 1]
    const shown = next?.language === 'text' ? next.lines.join('\n') : undefined
    return language === 'sh' ? lines.map((line) => ({ line, shown })) : []
  })
}

/** Statuses of the requests that a line of curl makes, one after the other. */
async function callsOf(line = ''): Promise<readonly number[]> {
  const [, path = '', count = '1'] =
    /^curl -s '?http:\/\/127\.0\.0\.1:3000(\/[^[\s']*)(?:\[1-(\d+)\])?/.exec(line) ?? []
  const statuses: number[] = []
  for (let i = 0; i < Number(count); i++) statuses.push((await fetch(running.served.url + path)).status)
  return statuses
}

async function call(user: string, times: number): Promise<Record<number, number>> {
  return tally(await callsOf(`curl -s http://127.0.0.1:3000/call/${user}?[1-${times}]`))
}

/** The output of a line: of `curl` with `grep`, or of `rl`. */
async function outputOf(line = ''): Promise<string> {
  const [, path, text = ''] = /^curl -s http:\/\/127\.0\.0\.1:3000(\/\S+) \| grep (\S+)$/.exec(line) ?? []
  if (path !== undefined) {
    const lines = (await (await fetch(running.served.url + path)).text()).split('\n')
    return lines.filter((each) => new RegExp(text).test(each)).join('\n')
  }
  const args = line.replace('npx @rl/cli ', '').split(' ')
  const env = { ...process.env, REDIS_URL: redis.url, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [running.rl, ...args], { env }, (_, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.trimEnd()),
    )
  })
}

function metric(name: string): Promise<string> {
  return outputOf(`curl -s http://127.0.0.1:3000/metrics | grep ^${name}`)
}

/** `…` stands for anything, and columns may be wider. */
function expectShown(printed: string, shown = ''): void {
  const pattern = shown.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(/ +/g, ' +'))
  expect(printed).toMatch(new RegExp(`^${pattern.join('.*')}$`))
}

/** Does something again and again until what an alert waits for is so. */
async function untilTrue(alert: string, cause: () => Promise<unknown>): Promise<void> {
  const [, expression = ''] = new RegExp(`- alert: ${alert}\\n +expr: (?:>-)?([^]*?)\\n +for:`).exec(RULES) ?? []
  const isTrue = async (): Promise<boolean> => {
    await cause()
    return (await prometheus.query(expression.replaceAll(/\s+/g, ' '))).length > 0
  }
  await expect.poll(isTrue, { message: alert }).toBe(true)
}

/** The page's requests when people press its buttons. */
async function act(path: string, body: object): Promise<unknown> {
  const headers = {
    authorization: `Basic ${btoa('op:secret')}`,
    'content-type': 'application/json',
    'rl-dashboard': '1',
    origin: running.served.url,
  }
  const response = await fetch(`${running.served.url}/limits/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return response.json()
}

function tally(statuses: readonly number[]): Record<number, number> {
  return Object.fromEntries(statuses.map((status) => [status, statuses.filter((each) => each === status).length]))
}

/** A busy machine must not look like a store that fails. */
function patient(program: Program): Program {
  const code = program.code
    .replace('new IoredisStore(redis)', 'new IoredisStore(redis, { replyTimeoutMs: 2500 })')
    .replace("onStoreError: 'allow'", "onStoreError: 'allow', deadlineMs: 2500")
  if (code.split('2500').length !== 3) throw new Error('the program has another store or limiter')
  return { ...program, code }
}

function pageOf(path: string): Document {
  const page = readDocuments().find((document) => document.path === path)
  if (page === undefined) throw new Error(`${path} is not there`)
  return page
}

function programOf(document: Document): Program {
  const [program] = programsOf(document)
  if (program === undefined) throw new Error(`${document.path} has no program`)
  return program
}
