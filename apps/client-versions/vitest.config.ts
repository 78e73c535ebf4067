import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { CLIENT_SETS } from './src/client-sets.ts'
import { clientProjects } from './src/projects.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// Not part of `test`, which runs the same suites with the newest clients.
export default defineConfig({
  root,
  test: {
    projects: clientProjects(CLIENT_SETS, root),
    globalSetup: ['packages/test-servers/src/vitest-setup.ts'],
    maxWorkers: 4, // they mostly wait for servers
    reporters: process.env.CI ? ['default', ['json', { outputFile: '.ci/clients.json' }]] : ['default'],
  },
})
