import type { Decision } from '@rl/core'
import type { GuardOptions, RateLimitResult } from '../../src/index.ts'

/** A request as all frameworks can show it. */
export interface SeenRequest {
  header(name: string): string | undefined
}

/** Options that mean the same in every framework. */
export type AppOptions = GuardOptions<[SeenRequest], { readonly status: number }> & {
  readonly denied?: ((result: RateLimitResult) => { status: number; body: string }) | undefined
}

/** What the route does: answers with a status, or throws. It also sends back what it found on its request. */
export type Handle = (request: SeenRequest, result: RateLimitResult | undefined) => number

/** A server on a socket of this machine with one route, behind middlewares that run in the given order. */
export interface App {
  readonly url: string
  /** What the framework's error handling was given. */
  readonly errors: readonly unknown[]
  stop(): Promise<void>
}

export type StartApp = (middlewares: readonly AppOptions[], handle: Handle) => Promise<App>

/** What the route sends: the decisions that it was handed. */
export function bodyOf(result: RateLimitResult | undefined): string {
  const decisions: readonly Decision[] = result?.decisions.map(({ decision }) => decision) ?? []
  return JSON.stringify(
    decisions.map((decision) => (decision.source === 'failure-policy' ? decision.source : decision.remaining)),
  )
}

/** Options with functions of a framework's own arguments. */
export function adapt<Args extends readonly unknown[], Res>(
  options: AppOptions,
  seen: (...args: Args) => SeenRequest,
  status: (response: Res) => number,
): GuardOptions<Args, Res> {
  const adapted = (settings: object): object =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => {
        if (name === 'refund' && typeof value === 'function')
          return [name, (response: Res, ...args: Args) => value({ status: status(response) }, seen(...args))]
        const ofRequest = ['key', 'cost', 'limit', 'calendar', 'skip'].includes(name) && typeof value === 'function'
        return [name, ofRequest ? (...args: Args) => value(seen(...args)) : value]
      }),
    )
  const { denied: _, limiters, ...rest } = options
  const entries = limiters?.map((entry) => ('limiter' in entry ? adapted(entry) : entry))
  return { ...adapted(rest), ...(entries && { limiters: entries }) } as GuardOptions<Args, Res>
}
