import { StoreError } from '@rl/core'

/**
 * Codes of errors that PostgreSQL rolls the statement back for. Not among them: classes 08 (connections), 58 and XX (the
 * system), 40003, 53100 (a full disk can stop a commit half way) and 57P02 (a crash).
 */
const ROLLED_BACK = /^(2[2-8]|3[89BDF]|40(?!003)|42|44|53(?!100)|54|55|57014|57P0[13]|P0)/

/** Those that may be over soon. */
const TRANSIENT = /^(40|53300|55P03|57P0[13])/

/** With which `postgres` refuses to send, and with which no connection begins: several attempts in one error have no `syscall`. */
const NOT_SENT = /^(CONNECTION_ENDED|CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/

/** With which `pg` refuses to send: it has no codes for that. */
const NOT_QUERYABLE = /^Client (was closed|has encountered a connection error) and is not queryable$/

/** A client's error as a `StoreError`, without the statement and its keys: they hold identifiers. */
export function toStoreError(error: unknown, connecting = false): StoreError {
  const { code, syscall, message } = partsOf(error)
  const cause = cleanCause(error)
  if (ROLLED_BACK.test(code)) {
    const hint = code === '42P01' || code === '42883' ? ' (call createTables first)' : ''
    const options = { outcome: 'not-executed', transient: TRANSIENT.test(code), cause } as const
    return new StoreError(`PostgreSQL refused: ${code}${hint}`, options)
  }
  const isSent = !connecting && syscall !== 'connect' && syscall !== 'getaddrinfo'
  if (!isSent || NOT_SENT.test(code) || NOT_QUERYABLE.test(message)) {
    return new StoreError(`there is no connection to PostgreSQL${inBrackets(code)}`, {
      outcome: 'not-executed',
      transient: true,
      cause,
    })
  }
  return new StoreError(`PostgreSQL did not answer${inBrackets(code)}`, { outcome: 'unknown', cause })
}

function partsOf(error: unknown): { code: string; syscall: unknown; message: string } {
  if (!(error instanceof Error)) return { code: '', syscall: undefined, message: '' }
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown }
  return { code: typeof code === 'string' ? code : '', syscall, message: error.message }
}

function inBrackets(code: string): string {
  return code === '' ? '' : ` (${code})`
}

/** PostgreSQL quotes statements in details, hints and, for what it can't parse, in the message. */
function cleanCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an error')
  const { code } = partsOf(error)
  const cause = new Error(error.message.replaceAll(/(["'{]).*\1?/gs, '…'))
  cause.name = error.name
  return code === '' ? cause : Object.assign(cause, { code })
}
