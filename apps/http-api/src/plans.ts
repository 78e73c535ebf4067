/** An account's plan. */
export type Plan = 'free' | 'pro'

/** The windows that limits of plans are for. A day is one of UTC. */
export const WINDOWS = ['1m', '1d'] as const

/** Units of each plan, one number for each window. */
export const PLANS: Readonly<Record<Plan, readonly [perMinute: number, perDay: number]>> = {
  free: [60, 1000],
  pro: [600, 50_000],
}

/** Requests per minute of a client without an API key. */
export const VISITOR_LIMIT = 30
