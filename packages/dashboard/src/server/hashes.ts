/** Names for identifiers that only this process can make. */
export class Hashes {
  readonly #key: Uint8Array = crypto.getRandomValues(new Uint8Array(32))

  /** 16 hexadecimal digits. */
  async of(id: string): Promise<string> {
    const text = new TextEncoder().encode(id)
    const bytes = new Uint8Array(this.#key.length + text.length)
    bytes.set(this.#key)
    bytes.set(text, this.#key.length)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}
