import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Hasher } from './hasher.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Units that a request of this route takes from its account. Routes without one are open to all. */
    readonly cost?: number
  }
}

const RANDOM = {
  type: 'object',
  properties: { bytes: { type: 'integer', minimum: 1, maximum: 1024, default: 16 } },
} as const

const PASSWORD = {
  type: 'object',
  required: ['password'],
  properties: { password: { type: 'string', minLength: 1, maxLength: 1024 } },
} as const

/** The plans of accounts. */
export function addRoutes(app: FastifyInstance, hasher: Hasher): void {
  app.get<{ Querystring: { bytes: number } }>(
    '/random',
    { schema: { querystring: RANDOM }, config: { cost: 1 } },
    async ({ query }) => ({ bytes: randomBytes(query.bytes).toString('base64url') }),
  )

  app.post<{ Body: { password: string } }>(
    '/hashes',
    { schema: { body: PASSWORD }, config: { cost: 10 } },
    async ({ body }) => ({ hash: await hasher.hash(body.password) }),
  )

  // Reads the counters: its own request costs nothing, and is denied only where a limit is 0.
  app.get('/account', { config: { cost: 0 } }, async ({ account, rateLimit }) => {
    const decision = rateLimit?.decision
    return { ...account, windows: decision && decision.source !== 'failure-policy' ? decision.windows : [] }
  })
}
