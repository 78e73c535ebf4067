import { clientIp } from '@rl/http/client-ip'
import { rateLimit } from '@rl/http/fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Limiters } from './limiters.ts'
import { PLANS } from './plans.ts'

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** All that no account pays for counts by address: keys can't be guessed at any pace. */
export function visitorLimit({ visitors }: Limiters, trustedProxies: readonly string[]): Hook {
  return rateLimit({
    limiter: visitors,
    key: clientIp({ trustedProxies }),
    skip: ({ account, routeOptions }) => account !== undefined && routeOptions.config.cost !== undefined,
  })
}

/** Accounts pay what a route costs, within the limits of their plan. Failures of this server cost nothing. */
export function accountLimit({ accounts }: Limiters): Hook {
  return rateLimit({
    limiter: accounts,
    key: ({ account }) => account?.id ?? '',
    limit: ({ account }) => account && PLANS[account.plan],
    cost: ({ routeOptions }) => routeOptions.config.cost,
    refund: ({ statusCode }) => statusCode >= 500,
  })
}
