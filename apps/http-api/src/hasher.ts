import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(scrypt)

/** Answered with 503: the client did nothing wrong, and its units are given back. */
class BusyError extends Error {
  override name = 'BusyError'
  readonly statusCode = 503

  constructor() {
    super('all hashing slots are taken')
  }
}

/** Hashes passwords with scrypt, a limited number at once: each takes a core for about 50 ms, and 16 MB. */
export class Hasher {
  readonly #slots: number
  #taken = 0

  constructor(slots: number) {
    this.#slots = slots
  }

  /**
   * @returns salt and hash, in base64url.
   * @throws {BusyError}
   */
  async hash(password: string): Promise<string> {
    if (this.#taken >= this.#slots) throw new BusyError()
    this.#taken++
    try {
      const salt = randomBytes(16)
      const hash = (await derive(password, salt, 32)) as Buffer
      return `${salt.toString('base64url')}.${hash.toString('base64url')}`
    } finally {
      this.#taken--
    }
  }
}
