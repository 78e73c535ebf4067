/** A reply as text: clients can be set to give strings as bytes (`Buffer` in a type mapping of node-redis). */
export function toText(raw: unknown): unknown {
  return raw instanceof Uint8Array ? new TextDecoder().decode(raw) : raw
}
