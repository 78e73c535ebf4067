import { defineConfig } from 'vitest/config'

const conditions = ['@rl/source']

// Not part of `test`: these need the built packages, and fetch every runtime once.
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['suites/*.test.ts'],
    globalSetup: ['suites/setup.ts'],
    sequence: { concurrent: true },
    maxConcurrency: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000, interval: 10 } }, // by default a second, which a busy machine may take
    reporters: process.env.CI ? ['default', ['json', { outputFile: '../../.ci/runtimes.json' }]] : ['verbose'],
  },
})
