import type { PolicyWindow } from '../../messages.ts'
import { formatCount } from './format.ts'

const UNITS: Readonly<Record<string, string>> = {
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
}

/** `100 per minute`, `1,000 tokens per 10 seconds`, `5 per month (Europe/Berlin)`. */
export function windowText({ unit, limit, length, timeZone }: PolicyWindow): string {
  const units = unit === undefined ? '' : ` ${unit}`
  const zone = timeZone === undefined ? '' : ` (${timeZone})`
  return `${formatCount(limit)}${units} per ${lengthText(length)}${zone}`
}

function lengthText(length: string): string {
  const [, amount, letter = ''] = /^(\d+)([a-z]+)$/.exec(length) ?? []
  const name = UNITS[letter]
  if (name === undefined) return length
  return amount === '1' ? name : `${formatCount(Number(amount))} ${name}s`
}
