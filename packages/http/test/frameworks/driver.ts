import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { Decision } from '@rl/core'
import type { GuardOptions, RateLimitResult } from '../../src/index.ts'

export type Protocol = 'HTTP/1.1' | 'HTTP/2'

/** A request as all frameworks can show it. */
export interface SeenRequest {
  header(name: string): string | undefined
  /** The framework's arguments for the functions among the options. */
  readonly args: readonly unknown[]
}

export interface Answer {
  readonly status: number
  readonly body: string | Readable
}

/** Options that mean the same in every framework. */
export type AppOptions = GuardOptions<[SeenRequest], { readonly status: number }> & {
  readonly denied?: ((result: RateLimitResult) => { status: number; body: string }) | undefined
}

/** The answer of an app's route. It may throw. */
export type Route = (request: SeenRequest, result: RateLimitResult | undefined) => Answer | Promise<Answer>

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** All that the suite has to know about a framework. A file with one of these is all that a new adapter needs. */
export interface Driver {
  readonly name: string
  readonly protocols: readonly Protocol[]
  /** Protocols over which the framework itself never answers a HEAD request. */
  readonly withoutHead?: readonly Protocol[]
  /** Whether units are given back once the answer was sent; otherwise that happens when the handler has answered. */
  readonly seesSending: boolean
  /**
   * An app that answers `GET /` by the route, behind middlewares that run in the given order. Its error handling adds what it
   * gets to `errors`, and answers with 500.
   */
  listener(
    middlewares: readonly AppOptions[],
    route: Route,
    errors: unknown[],
    protocol: Protocol,
  ): Listener | Promise<Listener>
}

/** The body of routes: the decisions that they were handed. */
export function bodyOf(result: RateLimitResult | undefined): string {
  const decisions: readonly Decision[] = result?.decisions.map(({ decision }) => decision) ?? []
  return JSON.stringify(
    decisions.map((decision) => (decision.source === 'failure-policy' ? decision.source : decision.remaining)),
  )
}

const OF_REQUEST: readonly string[] = ['key', 'cost', 'limit', 'calendar', 'skip', 'limiter']

/** Options with functions of a framework's own arguments, without `denied`, which is answered in each framework's own way. */
export function adapt<Args extends readonly unknown[], Res>(
  { denied: _, limiters, ...options }: AppOptions,
  header: (name: string, ...args: Args) => string | undefined,
  status: (response: Res) => number,
): GuardOptions<Args, Res> {
  const seen = (args: Args): SeenRequest => ({ header: (name) => header(name, ...args), args })
  const adapted = (settings: object): object =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => {
        if (name === 'refund' && typeof value === 'function')
          return [name, (response: Res, ...args: Args) => value({ status: status(response) }, seen(args))]
        const ofRequest = OF_REQUEST.includes(name) && typeof value === 'function'
        return [name, ofRequest ? (...args: Args) => value(seen(args)) : value]
      }),
    )
  const entries = limiters?.map((entry) => ('peek' in entry ? entry : adapted(entry)))
  return { ...adapted(options), ...(entries && { limiters: entries }) } as GuardOptions<Args, Res>
}
