import { ReportableError } from './reportable-error.ts'
import { serverName, type Target } from './target.ts'

/** One line, without credentials: a server's failure and its cure. */
export function serverFailure(target: Target, error: unknown): ReportableError {
  if (error instanceof ReportableError) return error
  const server = serverName(target)
  const upstash = target.kind === 'upstash'
  const errors = chain(error)
  const text = errors.map(({ message }) => message).join('; ')

  const refusal = /\b(WRONGPASS|NOAUTH|Unauthorized)\b/.exec(text)?.[1]
  if (refusal !== undefined) {
    const check = upstash ? 'UPSTASH_REDIS_REST_TOKEN' : 'the user and password in REDIS_URL'
    return new ReportableError(`${server} refuses the credentials (${refusal}). Check ${check}.`)
  }
  if (/\bNOPERM\b/.test(text)) {
    const need = upstash ? 'A read-only token is not enough.' : 'docs/redis.md lists the rights it needs.'
    return new ReportableError(`${server} does not let this user count (NOPERM). ${need}`)
  }
  if (/wrong version number/.test(text) && !upstash) {
    return new ReportableError(`${server} does not speak TLS. Begin REDIS_URL with redis://, not rediss://.`)
  }
  if (/Unable to parse response body/.test(text)) {
    return new ReportableError(`${server} does not answer as Upstash does. Check UPSTASH_REDIS_REST_URL.`)
  }
  const code = errors.map(networkCode).find((found) => found !== undefined)
  if (code !== undefined || /fetch failed|closed|not connected|timeout|did not answer within/i.test(text)) {
    const advice = upstash ? 'Check UPSTASH_REDIS_REST_URL' : 'Start a redis-server there, set REDIS_URL to another'
    const reason = code ?? firstLine(text)
    return new ReportableError(`${server} is not reachable (${reason}). ${advice}, or use --store memory.`)
  }
  const url = upstash ? 'UPSTASH_REDIS_REST_URL' : 'REDIS_URL'
  return new ReportableError(`${server} failed (${firstLine(text) || 'for no stated reason'}). Check ${url}.`)
}

/** The error and those it was caused by: clients wrap what the socket said. */
function chain(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return []
  const inner = error instanceof AggregateError ? error.errors : []
  return [error, ...inner.flatMap(chain), ...chain(error.cause)]
}

function networkCode(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(E[A-Z]+(_[A-Z]+)?|CERT_\w+|\w+_CERT\w*|UND_ERR_\w+)$/.test(code)
    ? code
    : undefined
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 160).replace(/[.\s]+$/, '')
}
