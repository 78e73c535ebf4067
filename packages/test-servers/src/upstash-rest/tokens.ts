import { tokenInQuery } from './request.ts'
import { RestError } from './rest-error.ts'

/** The tokens of requests. */
export interface Tokens {
  /** May do everything. */
  readonly token: string
  /** May only read. */
  readonly readOnlyToken: string
}

/**
 * @throws TypeError when a token is empty or holds something that no header can carry, or both are the same, which would
 * leave nobody who may only read. The message names the token's option, never the token.
 */
export function checkTokens({ token, readOnlyToken }: Tokens): void {
  checkToken('token', token)
  checkToken('readOnlyToken', readOnlyToken)
  if (token === readOnlyToken) throw new TypeError('token and readOnlyToken must not be the same')
}

/**
 * Whether a request may write. The token in the `Authorization` header goes before the one in the query.
 *
 * @throws RestError 401 when it has no valid token
 */
export function mayWrite({ token, readOnlyToken }: Tokens, authorization: string | undefined, target: string): boolean {
  const [, bearer] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? []
  const given = bearer ?? tokenInQuery(target)
  if (given === token) return true
  if (given === readOnlyToken) return false
  throw new RestError(401, 'WRONGPASS invalid or missing auth token')
}

function checkToken(option: keyof Tokens, value: unknown): void {
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return
  const reason = value === '' ? 'it is empty' : 'it holds spaces or other characters that are not visible ASCII'
  throw new TypeError(
    `${option} must be a token such as 'secret': ${typeof value === 'string' ? reason : `it is a ${typeof value}`}`,
  )
}
