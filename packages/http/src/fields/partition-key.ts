const BYTES = 16

/** A name for the partition of a key that does not hold the key: the start of its SHA-256. */
export async function hashedKey(key: string): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key))
  return new Uint8Array(digest, 0, BYTES)
}
