/**
 * Whether an identifier is among a share of all. Every process answers the same, so that all calls of an identifier are counted
 * or none. Another salt makes another choice.
 */
export function isSampled(id: string, share: number, salt: string): boolean {
  return share === 1 || hash(`${salt} ${id}`) < share
}

/** From 0 to below 1: FNV-1a over UTF-16 code units, then mixed, as short texts differ in the last bits only. */
function hash(text: string): number {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
