import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ROOT } from '../src/root.ts'
import { run } from '../src/run.ts'
import { RUNTIMES } from '../src/runtimes.ts'
import { obtain } from '../src/tool.ts'

/** The newest, which need Node 22. The other tests of @rl/otel run on the last that Node 20 can have. */
const SDK = [
  '@opentelemetry/api@1.10.0',
  '@opentelemetry/context-async-hooks@3.1.1',
  '@opentelemetry/exporter-prometheus@0.301.0',
  '@opentelemetry/sdk-metrics@3.1.1',
  '@opentelemetry/sdk-trace@3.1.1',
]

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rl-otel-'))
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await cp(join(ROOT, 'apps/runtimes/otel'), directory, { recursive: true })
  const tarballs = ['core', 'redis-script', 'ioredis', 'otel'].map((name) =>
    join(inject('project'), 'tarballs', `rl-${name}-0.0.0.tgz`),
  )
  const install = ['install', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', [...install, ...tarballs, ...SDK, 'ioredis'], { cwd: directory })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const nodes = RUNTIMES.filter(({ tool }) => /^Node 2[24]\./.test(tool.title))

describe.each(nodes.map(({ tool }) => [tool.title, tool] as const))('%s', (_, tool) => {
  test('the newest SDK of OpenTelemetry has the metrics and spans of a request', async () => {
    const printed = await run(await obtain(tool), ['main.mjs'], { cwd: directory, env: inject('servers') })
    const { figures, spans } = JSON.parse(printed) as { figures: readonly string[]; spans: readonly string[] }
    expect(figures.toSorted()).toEqual([
      'rl_breaker_open{rl_store="ioredis"} 0',
      'rl_decisions_total{rl_policy="api",rl_result="allowed",rl_shadow="false",rl_source="store"} 2',
      'rl_decisions_total{rl_policy="api",rl_result="denied",rl_shadow="false",rl_source="store"} 1',
      'rl_request_time_in_queue_count{rl_store="ioredis"} 3',
      'rl_store_duration_count{rl_store="ioredis"} 3',
      'rl_units_total{rl_policy="api"} 2',
      'rl_utilization_count{rl_policy="api"} 3',
    ])
    expect(spans).toEqual(Array.from({ length: 3 }, () => ['command ioredis', 'limit api']).flat())
  })
})
