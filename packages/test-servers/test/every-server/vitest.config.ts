import { defineConfig } from 'vitest/config'
import { redisBinaries } from '../../src/redis/ensure-redis-server.ts'
import { serverProjects } from './projects.ts'

// The adapters' suites once on each redis-server in REDIS_SERVER_BIN, whose paths are separated as in PATH.
export default defineConfig({ test: { projects: serverProjects(await redisBinaries()) } })
