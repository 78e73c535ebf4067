/** A server under load. */
export interface Subject {
  readonly label: string
  /** The same framework without a limiter, which `overhead` is measured from. */
  readonly bare: string
}

export const FASTIFY = 'Fastify'
export const EXPRESS = 'Express'
export const FASTIFY_OURS = 'Fastify, @rl/http'
export const FASTIFY_THEIRS = 'Fastify, @fastify/rate-limit'
export const EXPRESS_OURS = 'Express, @rl/http'
export const EXPRESS_THEIRS = 'Express, express-rate-limit, rate-limit-redis'
export const EXPRESS_BRIDGE = 'Express, express-rate-limit, @rl/http store'

export const SUBJECTS: readonly Subject[] = [
  ...[FASTIFY, FASTIFY_OURS, FASTIFY_THEIRS].map((label) => ({ label, bare: FASTIFY })),
  ...[EXPRESS, EXPRESS_OURS, EXPRESS_THEIRS, EXPRESS_BRIDGE].map((label) => ({ label, bare: EXPRESS })),
]

export const LIMITED: readonly Subject[] = SUBJECTS.filter(({ label, bare }) => label !== bare)

/** A server's settings. */
export interface ServerSettings {
  readonly label: string
  readonly redisUrl: string
  readonly limit: number
  readonly windowMs: number
}

/** Gives each request its key, in the server itself, so that it costs all of them the same. */
export type NextKey = () => string

/** Starts a server and says on which port. */
export type Start = (settings: ServerSettings, nextKey: NextKey) => Promise<number>
