import { FixedWindowRateLimiter, OptionError, type RateLimiter } from '@rl/core'
import { checkFunction, checkOneOf, describeValue, ownOptions, wrongOption } from '@rl/core/check'

/** An action: see the page and its figures, look an identifier up, or change how it stands. */
export type DashboardAction = 'view' | 'lookup' | 'reset' | 'refund' | 'trial'

/** The verdict of `authorize`. Only `true` and a named user permit something. */
export type Verdict = boolean | { readonly user: string } | null | undefined

/** Somebody did something. Never says for which identifier. */
export interface ActionEvent {
  /** As `authorize` named the user, if it did. */
  readonly user: string | undefined
  readonly action: Exclude<DashboardAction, 'view'>
  /** The limiter's name; undefined for the list of those denied most, which is of all limiters. */
  readonly policy: string | undefined
  /** `'failed'`: the store did not answer, and nobody knows whether something was changed. */
  readonly outcome: 'done' | 'failed'
}

/**
 * Options of a dashboard.
 *
 * @example { limiters: [limiter], authorize: (request) => isAdmin(request) && { user: nameOf(request) } }
 */
export interface DashboardOptions<Native = unknown> {
  /** The limiters to show, each with another name. Of a wait queue or a limiter in shadow, the limiters inside. */
  readonly limiters: readonly RateLimiter[]
  /**
   * Whether a request is permitted: called for every one, also for those of the page's script, style sheet and stream. Only `true`
   * and `{ user: 'name' }` permit it. Ask for a login: by a client's address alone, sites that its browser shows could get in.
   *
   * @param request The `Request`, or the framework's own on Node: what middleware has put there, is there.
   */
  readonly authorize: (request: Native, action: DashboardAction) => Verdict | Promise<Verdict>
  /**
   * The addresses under which people use the page, such as `'https://admin.example.com'`: scheme, host and port if there is one.
   * Needed where a proxy before this server changes the host or ends TLS. Default: what the request was sent to.
   */
  readonly origin?: string | readonly string[] | undefined
  /**
   * Whether the page lists the identifiers that this process denied most: not at all, by a hash that only this process makes, or
   * as they are. Default `'off'`.
   */
  readonly deniedMost?: 'off' | 'hashed' | 'plain' | undefined
  /** Called after every action, for a log. Its errors are ignored. */
  readonly onAction?: ((event: ActionEvent) => unknown) | undefined
}

export interface Settings<Native> {
  readonly limiters: readonly RateLimiter[]
  readonly authorize: DashboardOptions<Native>['authorize']
  /** Undefined: the server's own. */
  readonly origins: readonly string[] | undefined
  readonly deniedMost: 'off' | 'hashed' | 'plain'
  readonly onAction: (event: ActionEvent) => unknown
}

const KNOWN = ['limiters', 'authorize', 'origin', 'deniedMost', 'onAction']

/** @throws {OptionError} naming the option that is wrong. */
export function parseOptions<Native>(given: DashboardOptions<Native>): Settings<Native> {
  const { limiters, authorize, origin, deniedMost = 'off', onAction = () => {} } = ownOptions('options', given, KNOWN)
  if (typeof authorize !== 'function') {
    throw wrongOption('authorize', 'a function that says who may see and change what', authorize)
  }
  return {
    limiters: parseLimiters(limiters),
    authorize,
    origins: origin === undefined ? undefined : parseOrigins(origin),
    deniedMost: checkOneOf('deniedMost', deniedMost, ['off', 'hashed', 'plain']),
    onAction: checkFunction('onAction', onAction),
  }
}

function parseLimiters(value: unknown): readonly RateLimiter[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw wrongOption('limiters', 'an array with at least one limiter', value)
  }
  const names = new Set<string>()
  return Array.from(value, (limiter: unknown, i) => {
    if (!(limiter instanceof FixedWindowRateLimiter)) {
      throw wrongOption(`limiters[${i}]`, 'a FixedWindowRateLimiter, the one inside where another wraps it', limiter)
    }
    const { name } = limiter
    if (names.has(name)) {
      throw new OptionError(`limiters[${i}]`, 'unlike the others in name', `a second one named ${describeValue(name)}`)
    }
    names.add(name)
    return limiter
  })
}

function parseOrigins(value: string | readonly string[]): readonly string[] {
  return [value].flat().map((each) => {
    if (typeof each === 'string' && URL.canParse(each) && new URL(each).origin === each) return each
    throw wrongOption('origin', "an origin, such as 'https://admin.example.com', or an array of them", each)
  })
}
