import { type Decision, FixedWindowRateLimiter, type RateLimiter } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { rateLimit } from '@rl/http/express'
import { MemoryStore } from '@rl/memory'
import type { Request } from 'express'
import { joinResults, resultOf } from '../../../src/asking/result.ts'
import { DRAFTS, ipv6PrefixOf } from './options.ts'

// The checks of express-rate-limit, by those of ours that refuse or warn of the same mistake. It logs what is wrong; here an error
// or a warning of ours is what is logged. Checks without a counterpart are not here.

interface Logger {
  error(complaint: unknown): void
  warn(complaint: unknown): void
}

type Peer = Pick<Request, 'ip' | 'headers' | 'app' | 'socket'>

const limitersByStore = new WeakMap<object, RateLimiter>()
const decisionsByRequest = new WeakMap<object, ReturnType<typeof resultOf>>()
let names = 0

export function getValidations(_enabled: unknown, logger: Logger) {
  const report = (code: string, check: () => unknown, level: 'error' | 'warn' = 'error'): void => {
    const { warn } = console
    console.warn = () => logger[level]({ code })
    try {
      check()
    } catch {
      logger[level]({ code })
    } finally {
      console.warn = warn
    }
  }
  const addressOf = (request: Partial<Peer>): string | undefined => request.socket?.remoteAddress ?? '192.0.2.1'
  return {
    ip: (remoteAddress: string | undefined) =>
      report('ERR_ERL_INVALID_IP_ADDRESS', () => clientIp({ hops: 0 })({ socket: { remoteAddress } })),
    trustProxy: ({ app }: Peer) =>
      report('ERR_ERL_PERMISSIVE_TRUST_PROXY', () => {
        const trusted: unknown = app.get('trust proxy')
        if (trusted !== false)
          clientIp({ trustedProxies: trusted === true ? ['0.0.0.0/0'] : ([trusted].flat() as string[]) })
      }),
    xForwardedForHeader: ({ app, ...request }: Peer) =>
      report('ERR_ERL_UNEXPECTED_X_FORWARDED_FOR', () => {
        const client = app.get('trust proxy') ? clientIp({ hops: 1 }) : clientIp()
        client({ ...request, socket: { remoteAddress: addressOf(request) } })
      }),
    forwardedHeader: (request: Peer) =>
      report('ERR_ERL_FORWARDED_HEADER', () => {
        const hasOther = request.ip !== addressOf(request)
        clientIp(hasOther ? { address: () => request.ip } : {})(request)
      }),
    singleCount: (request: object, store: object, key: string) =>
      report('ERR_ERL_DOUBLE_COUNT', () => {
        const result = resultOf([{ limiter: limiterOf(store), decision: { ...DECISION, id: key } as Decision }])
        decisionsByRequest.set(request, joinResults(decisionsByRequest.get(request), result))
      }),
    limit: (limit: number) => report('WRN_ERL_MAX_ZERO', () => newLimiter({ limit }), 'warn'),
    windowMs: (window: number) => report('ERR_ERL_WINDOW_MS', () => newLimiter({ window })),
    onLimitReached: (onLimitReached: unknown) =>
      report('WRN_ERL_DEPRECATED_ON_LIMIT_REACHED', () => tryOptions({ onLimitReached }), 'warn'),
    draftPolliHeaders: (given: unknown) =>
      report(
        'WRN_ERL_DEPRECATED_DRAFT_POLLI_HEADERS',
        () => tryOptions({ draft_polli_ratelimit_headers: given }),
        'warn',
      ),
    headersDraftVersion: (version: string) =>
      report('ERR_ERL_HEADERS_UNSUPPORTED_DRAFT_VERSION', () => tryOptions({ headers: DRAFTS[version] ?? version })),
    knownOptions: (options: object) => report('ERR_ERL_UNKNOWN_OPTION', () => tryOptions(options)),
    ipv6Subnet: (subnet: number | false) =>
      report('ERR_ERL_IPV6_SUBNET', () => clientIp({ ipv6Prefix: ipv6PrefixOf(subnet) })),
  }
}

const DECISION: Partial<Decision> = {
  allowed: true,
  source: 'store',
  cost: 1,
  limit: 5,
  remaining: 4,
  resetAt: 1,
  resetAfterMs: 1,
} as never

function newLimiter(given: { readonly limit?: number; readonly window?: number }): RateLimiter {
  const name = `limiter-${++names}`
  return new FixedWindowRateLimiter({ name, store: new MemoryStore(), limit: 5, window: 60_000, ...given })
}

function limiterOf(store: object): RateLimiter {
  const limiter = limitersByStore.get(store) ?? newLimiter({})
  limitersByStore.set(store, limiter)
  return limiter
}

/** An option that is off is left out by who moves to ours. */
function tryOptions(given: object): void {
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => Boolean(value)))
  rateLimit({ limiter: newLimiter({}), key: clientIp(), ...options })
}
