/** The figures of one policy in header fields. */
export interface RateLimitFields {
  /** Its name. Drafts 6 and 7 and the X-RateLimit fields have none. */
  readonly policy: string | undefined
  readonly limit: number | undefined
  readonly remaining: number | undefined
  /** Seconds until the window ends; in the X-RateLimit fields, seconds since the epoch. */
  readonly reset: number | undefined
}

/** A `Response` or another object with `headers`, or these: a `Headers`, or an object such as Node's. */
export type WithHeaders = object

/** The figures of each policy of a response, in any of the formats of `@rl/http`. */
export function rateLimitsOf(response: WithHeaders): readonly RateLimitFields[] {
  const field = fieldsOf(response)
  const quotas = itemsOf(field('RateLimit-Policy'))
  const named = itemsOf(field('RateLimit')).map(({ name, numbers: { r, t } }) => {
    return { policy: name, limit: quotas.find((quota) => quota.name === name)?.numbers.q, remaining: r, reset: t }
  })
  if (named.length > 0) return named
  const { limit, remaining, reset } = numbersIn(field('RateLimit'))
  if (remaining !== undefined) return [{ policy: undefined, limit, remaining, reset }]
  return ['RateLimit', 'X-RateLimit'].flatMap((prefix) => {
    const [most, left, end] = ['Limit', 'Remaining', 'Reset'].map((name) => numberIn(field(`${prefix}-${name}`)))
    return left === undefined ? [] : [{ policy: undefined, limit: most, remaining: left, reset: end }]
  })
}

/** The seconds of a Retry-After. */
export function retryAfterOf(response: WithHeaders): number | undefined {
  return numberIn(fieldsOf(response)('Retry-After'))
}

/** Reads a field: '' if it is not there. */
function fieldsOf(response: WithHeaders): (name: string) => string {
  const { headers = response } = response as { headers?: object }
  const { get, getHeader } = headers as { get?: unknown; getHeader?: unknown }
  const read = typeof get === 'function' ? get : getHeader
  if (typeof read === 'function') return (name) => textOf(read.call(headers, name))
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return (name) => textOf(byName.get(name.toLowerCase()))
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}

/** A quoted text of a structured field, where `\` stands before `"` and `\`. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`

interface Item {
  readonly name: string
  readonly numbers: Readonly<Record<string, number>>
}

/** The members of a list such as `"api";r=9;t=41`. */
function itemsOf(field: string): readonly Item[] {
  const members = field.matchAll(new RegExp(`${QUOTED}((?:;[^,;"=]+(?:=(?:${QUOTED}|[^,;"]*))?)*)`, 'g'))
  return Array.from(members, ([, name = '', parameters = '']) => ({
    name: name.replaceAll(/\\(.)/g, '$1'),
    numbers: numbersIn(parameters.replaceAll(new RegExp(QUOTED, 'g'), '')),
  }))
}

/** Of a text such as `limit=10, remaining=9` or `;r=9;t=41`. */
function numbersIn(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(Array.from(text.matchAll(/(\w+)=(\d+)/g), ([, name, digits]) => [name, Number(digits)]))
}

function numberIn(field: string): number | undefined {
  return /^\d+$/.test(field) ? Number(field) : undefined
}
