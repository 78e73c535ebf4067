import type { Anchor, CalendarPeriod } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { sha256 } from '../identity/sha256.ts'
import { describeKind } from '../options/check.ts'
import type { Receipt, ReceiptWindow } from './receipt.ts'

/** The layout of receipts. */
const VERSION = 'rl1'

/** Letters, digits, `-`, `_` and two dots: the version, the receipt in base64url, and a checksum that finds damage. */
export function textOf({ scope, id, token, issuedAt, until, windows }: Receipt): string {
  const json = JSON.stringify([scope, id, token, issuedAt, until, windows.map(packed)])
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(json)))
  const body = base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
  return `${VERSION}.${body}.${checksumOf(body)}`
}

/** @throws {OptionError} for what is no receipt. Its text is not shown, as it holds an identifier. */
export function parseReceipt(text: unknown): Receipt {
  if (typeof text !== 'string') throw notOne(describeKind(text))
  const [, version, body = '', checksum] = /^(rl\d+)\.([\w-]+)\.([\da-f]{8})$/.exec(text) ?? []
  if (checksum !== checksumOf(body)) throw notOne('another string, or a damaged receipt')
  if (version !== VERSION) throw notOne('one of another version of this package')
  const bytes = Uint8Array.from(atob(body.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))
  const [scope, id, token, issuedAt, until, windows] = JSON.parse(new TextDecoder().decode(bytes))
  return { scope, id, token, issuedAt, until, windows: windows.map(unpacked) }
}

/** A window without the names of its fields, as receipts travel in headers and queues. */
type Packed = readonly [
  kind: Anchor | CalendarPeriod,
  lengthOrZone: number | string,
  unit: string | 0,
  limit: number,
  charged: number,
  resetAt: number,
  generation: number,
]

function packed(window: ReceiptWindow): Packed {
  const { resetAt, generation, limit, charged, unit = 0 } = window
  const rest = [unit, limit, charged, resetAt, generation] as const
  if (window.anchor === 'calendar') return [window.period, window.timeZone, ...rest]
  return [window.anchor, window.windowMs, ...rest]
}

function unpacked([kind, lengthOrZone, unit, limit, charged, resetAt, generation]: Packed): ReceiptWindow {
  const counter =
    typeof lengthOrZone === 'string'
      ? { anchor: 'calendar' as const, period: kind as CalendarPeriod, timeZone: lengthOrZone }
      : { anchor: kind as Anchor, windowMs: lengthOrZone }
  return { ...counter, unit: unit === 0 ? undefined : unit, limit, charged, resetAt, generation }
}

/** Eight hexadecimal digits. Finds damage, not forgery. */
function checksumOf(body: string): string {
  return sha256(new TextEncoder().encode(body)).slice(0, 8)
}

function notOne(received: string): OptionError {
  return new OptionError('receipt', 'a text made by receiptOf', received)
}
