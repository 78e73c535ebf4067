import { randomBytes } from 'node:crypto'

/**
 * Makes the values of `Upstash-Sync-Token`. Upstash answers with one, clients send the latest back, and a replica that has
 * not seen all up to it yet waits. Here is one Redis, which has seen all it answered: each token is new, and none that comes
 * back changes anything.
 */
export class SyncTokens {
  readonly #server = randomBytes(6).toString('hex')
  #count = 0

  /** A token that differs from all before it, also from those of another server. */
  next(): string {
    this.#count += 1
    return Buffer.from(`${this.#server}:${this.#count}`).toString('base64')
  }
}
