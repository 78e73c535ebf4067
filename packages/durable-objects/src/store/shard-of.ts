/**
 * Which of the objects a key belongs to: FNV-1a of its characters, all ASCII, and the last steps of MurmurHash3, as the lowest bits
 * of FNV-1a alone are poor. It never changes, or counters would be lost.
 */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}
