import type { Refusal, RefusalCode } from '../messages.ts'

const STATUS: Readonly<Record<RefusalCode, number>> = {
  'bad-request': 400,
  'not-permitted': 403,
  'wrong-origin': 403,
  'not-found': 404,
  'wrong-method': 405,
  'too-large': 413,
  'wrong-type': 415,
  busy: 429,
  failed: 500,
  'store-failed': 502,
  unavailable: 503,
}

/** Why a request is not answered as it asked. */
export class Refused extends Error {
  readonly code: RefusalCode
  readonly headers: Readonly<Record<string, string>>

  /** @param message For people. No identifiers. */
  constructor(code: RefusalCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.headers = headers
  }

  get status(): number {
    return STATUS[this.code]
  }

  get body(): Refusal {
    return { error: { code: this.code, message: this.message } }
  }
}
