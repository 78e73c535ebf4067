import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { FixedWindowRateLimiter } from '@rl/core'
import { instrument } from '@rl/otel'
import { beforeAll, expect, test } from 'vitest'
import { exposedBy, labelsOf, PANELS, problems, QUERIES, seriesOf } from './queries.ts'
import { busy, lost, ScriptedStore } from './scripted-store.ts'

let page: string

beforeAll(async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [exporter] })
  const store = new ScriptedStore('shop', [lost, busy])
  const windows = [{ unit: 'requests', limit: 10, window: '1h' }]
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, windows, onStoreError: 'allow', deadlineMs: 60_000 })
  const stop = instrument({ limiters: [limiter], stores: [store], meterProvider })
  for (let i = 0; i < 3; i++) await limiter.limit('user', { cost: { requests: 1 } })
  const { resourceMetrics } = await exporter.collect()
  page = new PrometheusSerializer().serialize(resourceMetrics)
  stop()
  await meterProvider.shutdown()
})

const METRICS = [
  'rl_decisions',
  'rl_units',
  'rl_utilization',
  'rl_store_duration',
  'rl_request_time_in_queue',
  'rl_retries',
  'rl_breaker_open',
]

test('all that queries read is exposed, and all that is exposed is read', () => {
  expect(problems(exposedBy(page))).toEqual([])
  const families = exposedBy(page).names.map((name) => name.replace(/_(total|bucket|count|sum)$/, ''))
  expect([...new Set(families)].sort()).toEqual([...METRICS].sort())
})

test('names and labels are found in every query', () => {
  expect(PANELS.length).toBeGreaterThan(10)
  for (const query of QUERIES) {
    if (query.where === 'variable' && query.text === '') continue
    expect(seriesOf(query), query.where).not.toEqual([])
    expect(labelsOf(query), query.where).not.toEqual([])
  }
})

test.each(METRICS)('another name than %s leaves a query without data', (name) => {
  expect(page).toContain(name)
  expect(problems(exposedBy(page.replaceAll(name, `${name}_renamed`)))).not.toEqual([])
})

test.each(['rl_policy', 'rl_result', 'rl_source', 'rl_shadow', 'rl_unit', 'rl_store', 'error_type'])(
  'another label than %s leaves a query without data',
  (label) => {
    expect(page).toContain(`${label}="`)
    expect(problems(exposedBy(page.replaceAll(`${label}="`, 'renamed="')))).not.toEqual([])
  },
)

test('where names carry their unit, as behind the OpenTelemetry Collector, the same queries read them', () => {
  const other = page.replaceAll(/rl_(store_duration|request_time_in_queue)/g, 'rl_$1_seconds')
  expect(problems(exposedBy(other))).toEqual([])
})
