import { usageFailure } from '../failure.ts'
import { escapeUnsafe } from '../show/safe-text.ts'

/** Where the counters are. */
export type Target =
  | { readonly kind: 'redis'; readonly name: string; readonly url: string }
  | { readonly kind: 'upstash'; readonly name: string; readonly url: string; readonly token: string }

type Environment = Readonly<Record<string, string | undefined>>

/** @throws {Failure} that names the variable, and never its value. */
export function targetOf(env: Environment): Target {
  const { REDIS_URL, UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN } = env
  const isUpstash = Boolean(UPSTASH_REDIS_REST_URL || UPSTASH_REDIS_REST_TOKEN)
  if (REDIS_URL && isUpstash) {
    throw usageFailure('REDIS_URL and UPSTASH_REDIS_REST_… are both set: unset one, as in env -u REDIS_URL rl …')
  }
  if (REDIS_URL) return redisTarget(REDIS_URL)
  if (isUpstash) return upstashTarget(UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN)
  throw usageFailure('no server is named: set REDIS_URL, or UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN')
}

function redisTarget(text: string): Target {
  const url = checkUrl('REDIS_URL', text, ['redis:', 'rediss:'])
  if (!/^\/?\d*$/.test(url.pathname)) {
    throw usageFailure('REDIS_URL must end with the number of a database, as in redis://host:6379/0, or without')
  }
  for (const part of [url.username, url.password]) {
    try {
      decodeURIComponent(part)
    } catch {
      throw usageFailure('REDIS_URL must have % in a user or password as %25')
    }
  }
  return { kind: 'redis', name: `Redis at ${escapeUnsafe(url.host)}`, url: url.href }
}

function upstashTarget(url: string | undefined, token: string | undefined): Target {
  if (!url) throw usageFailure('UPSTASH_REDIS_REST_URL is not set: the page of your database shows it')
  if (!token) throw usageFailure('UPSTASH_REDIS_REST_TOKEN is not set: the page of your database shows it')
  const { href, host } = checkUrl('UPSTASH_REDIS_REST_URL', url, ['https:', 'http:'])
  const trimmed = token.trim()
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw usageFailure('UPSTASH_REDIS_REST_TOKEN has characters that no token has, such as a space: copy it again')
  }
  return { kind: 'upstash', name: `Upstash at ${escapeUnsafe(host)}`, url: href.replace(/\/$/, ''), token: trimmed }
}

/** A password with `/`, `?` or `#` as they are would end up in the host or behind it, and be shown. */
function checkUrl(variable: string, text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === '' || !protocols.includes(url.protocol)) {
    const expected = protocols.map((each) => `${each}//`).join(' or ')
    throw usageFailure(`${variable} must be a URL that begins with ${expected}, its password percent-encoded`)
  }
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
    throw usageFailure(`${variable} must have / ? # and @ in its password as %2F %3F %23 and %40`)
  }
  return url
}
