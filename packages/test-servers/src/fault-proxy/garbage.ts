import { pick } from './fault-source.ts'

/** Neither replies of Redis nor responses of HTTP: of another protocol, malformed, binary. */
const GARBAGE: readonly Buffer[] = [
  Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
  Buffer.from('$no-length\r\n\r\n'),
  Buffer.from(':no-integer\r\n'),
  Buffer.from('*1\r\n?what\r\n'),
  Buffer.from('\r\n\r\n\r\n'),
  Buffer.alloc(32),
  Buffer.from([0xff, 0xfe, 0x0d, 0x0a, 0x80, 0xc0, 0x0d, 0x0a]),
]

/** Bytes that are no valid reply; `amount`, from 0 up to 1, chooses which. */
export function garbage(amount: number): Buffer {
  return pick(GARBAGE, amount) ?? Buffer.alloc(0)
}
