import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensurePrometheus } from '@rl/test-servers'
import { expect, onTestFinished, test } from 'vitest'

const RULES = fileURLToPath(new URL('../prometheus/alerts.yml', import.meta.url))
const TESTS = fileURLToPath(new URL('alerts.test.yml', import.meta.url))

const rules = await readFile(RULES, 'utf8')
const alerts = [...rules.matchAll(/- alert: (\w+)/g)]

/** Runs promtool's tests against rules. Rejects with what it says. */
async function testRules(text: string): Promise<string> {
  const { promtool } = await ensurePrometheus()
  const directory = await mkdtemp(join(tmpdir(), 'rl-alerts-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const tests = join(directory, 'alerts.test.yml')
  await writeFile(tests, (await readFile(TESTS, 'utf8')).replace('../prometheus/alerts.yml', 'alerts.yml'))
  await writeFile(join(directory, 'alerts.yml'), text)
  const { stdout } = await promisify(execFile)(promtool, ['test', 'rules', tests])
  return stdout
}

test('each alert fires when it is to, and not otherwise', async () => {
  expect(await testRules(rules)).toContain('SUCCESS')
  const tested = Array.from((await readFile(TESTS, 'utf8')).matchAll(/alertname: (\w+)/g), ([, name]) => name)
  expect([...new Set(tested)].sort()).toEqual(alerts.map(([, name]) => name).sort())
})

const METRICS = [
  'rl_breaker_open',
  'rl_decisions_total',
  'rl_store_duration',
  'rl_request_time_in_queue',
  'rl_retries_total',
  'rl_utilization',
]

test.each(METRICS)('with another name than %s they do not', async (name) => {
  const renamed = rules.replaceAll(name, `${name}_renamed`)
  await expect(testRules(renamed)).rejects.toThrow('FAILED')
})

test('with thresholds that are out of reach none fires', async () => {
  const higher = rules.replaceAll(/ > ([\d.]+)$/gm, (_, threshold) => ` > ${100 * Number(threshold) + 1}`)
  const said = await testRules(higher).catch((error: Error) => error.message)
  for (const [, name] of alerts) expect(said).toContain(`alertname: ${name}`)
})
