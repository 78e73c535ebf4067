const SLOTS = 16_384

/** The hash slot of a key as the Redis Cluster specification defines it: CRC-16/XMODEM of the hash tag, or of the whole key. */
export function slotOf(key: string): number {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key
  let crc = 0
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc % SLOTS
}

/** The master of a slot, where each has an equal range of slots, as `redis-cli --cluster create` hands them out. */
export function masterOf(slot: number, masters: number): number {
  return Math.floor((slot * masters) / SLOTS)
}
