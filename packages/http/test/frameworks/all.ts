import type { StartApp } from './app.ts'
import { startExpress4, startExpress5 } from './express.ts'
import { startFastify } from './fastify.ts'
import { startFetch } from './fetch.ts'
import { startHono } from './hono.ts'
import { startNext } from './next.ts'

/** All that have a middleware here. */
export const frameworks: readonly (readonly [name: string, start: StartApp])[] = [
  ['fetch', startFetch],
  ['next', startNext],
  ['hono', startHono],
  ['express 4', startExpress4],
  ['express 5', startExpress5],
  ['fastify', startFastify],
]
