import type { Driver } from './driver.ts'
import { connectStyle, express4, express5 } from './express.ts'
import { fastifyDriver } from './fastify.ts'
import { fetchDriver } from './fetch.ts'
import { hono } from './hono.ts'
import { koa2, koa3 } from './koa.ts'
import { next } from './next.ts'
import { nodeHttp } from './node-http.ts'

/** All that have a middleware here, and one that has none. */
export const drivers: readonly Driver[] = [
  fetchDriver,
  next,
  hono,
  express4,
  express5,
  connectStyle,
  fastifyDriver,
  koa2,
  koa3,
  nodeHttp,
]
