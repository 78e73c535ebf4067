import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Tests read the packages' sources; only processes that a test starts run what `build` made.
const conditions = ['@rl/source']

/** In CI's long tier, histories, storms and simulations have their full length, otherwise a tenth. */
const isThorough = process.env.RL_THOROUGH === '1'

/** What `test:thorough` runs at full length. With `RL_THOROUGH=0`, as in CI, `test` leaves it to that. */
const FULL_LENGTH = [
  'apps/soak/test/**',
  'packages/core/test/simulation/**',
  'test/{hostile/{flood,keys},local-answers,many-processes,receipts,wait-queue}.test.ts',
]

/** Tests of what belongs to a whole process, such as its heap, its global objects and warnings that are shown once. */
const OWN_PROCESS = [
  'apps/soak/test/storm.test.ts',
  'packages/core/test/dispatch/{drain,throwing}.test.ts',
  'packages/core/test/wait-queue/**/*.test.ts',
  'packages/http/test/**/*.test.ts',
  'packages/memory/test/held.test.ts',
  '{packages/otel/test/**/*,test/otel-*}.test.ts', // the registered SDK and what it patches are a process's
  'packages/nestjs/test/frameworks.thorough.test.ts',
  'test/clients/retries.test.ts',
  'test/{hostile,migrate}/**/*.test.ts',
]

/**
 * Files that take longest, mostly because they wait: begun last, one of them would run on alone. A clean checkout has no times
 * of earlier runs to sort by.
 */
const SLOWEST: readonly RegExp[] = [
  /packages\/(durable-objects|ioredis|node-redis|postgres|upstash|valkey-glide)\/test\/(conformance|minimal-acl)/,
  /packages\/conformance\/test\/(plain-store|wrong-stores)/,
  /packages\/core\/test\/simulation\//,
  /apps\/(demo\/test\/demo|http-api\/test\/load|soak\/test\/(failover|storm))/,
  /test\/(docs|pack-local|faults\/(connections|failovers|postgres|refusals|values)|hostile\/flood)\./,
]

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOWEST.some((each) => each.test(moduleId))
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

const include = ['{packages,apps}/*/test/**/*.test.ts', 'test/**/*.test.ts']
const exclude = [
  ...configDefaults.exclude,
  ...(isThorough ? [] : ['**/*.thorough.test.ts']),
  ...(process.env.RL_THOROUGH === '0' ? FULL_LENGTH : []),
]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    globalSetup: ['packages/test-servers/src/vitest-setup.ts'],
    maxWorkers: 2 * Math.max(2, availableParallelism()), // they mostly wait: for windows to end, servers and faults
    sequence: { sequencer: SlowestFirst },
    maxConcurrency: 2, // the concurrent tests run the demo, which is five processes each
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 10 } }, // by default a second, which a busy machine may take
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: isThorough ? '.ci/thorough.json' : '.ci/results.json' }]]
      : ['default'],
    projects: [
      // Files share processes: most of the time of a small file is loading modules.
      { extends: true, test: { name: 'shared', isolate: false, include, exclude: [...exclude, ...OWN_PROCESS] } },
      { extends: true, test: { name: 'own process', include: OWN_PROCESS, exclude } },
    ],
  },
})
