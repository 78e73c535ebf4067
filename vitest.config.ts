import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

// Tests read the packages' sources; only processes that a test starts run what `build` made.
const conditions = ['@rl/source']

/** In CI's long tier, histories, storms and simulations have their full length, otherwise a tenth. */
const isThorough = process.env.RL_THOROUGH === '1'

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,apps}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: isThorough ? configDefaults.exclude : [...configDefaults.exclude, '**/*.thorough.test.ts'],
    globalSetup: ['packages/test-servers/src/vitest-setup.ts'],
    maxWorkers: Math.ceil(1.5 * Math.max(2, availableParallelism())), // they mostly wait: for windows to end, servers and faults
    maxConcurrency: 2, // the concurrent tests run the demo, which is five processes each
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: isThorough ? '.ci/thorough.json' : '.ci/results.json' }]]
      : ['default'],
  },
})
