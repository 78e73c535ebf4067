import { type CallerSetup, MOST, NEW_CALLER, NEW_WINDOW, PERIODS, type Setup, type WindowSetup } from './setup.ts'

const LIMITERS = ['a', 'b'] as const
const ANCHORS: readonly string[] = ['epoch', 'first-hit']
const FINISHES: readonly string[] = ['keep', 'refund', 'settle']

/** The part of a link after the `#`. */
export function toHash({ limiters, callers, start, speed, until }: Setup): string {
  const parts: [string, readonly string[]][] = []
  limiters.forEach((windows, i) => {
    for (const window of windows) parts.push([LIMITERS[i] ?? 'b', windowFields(window)])
  })
  for (const caller of callers) parts.push(['call', callerFields(caller)])
  parts.push(['start', [start]], ['speed', [String(speed)]])
  if (until !== '') parts.push(['until', [until]])
  return parts.map(([name, fields]) => `${name}=${withoutEmptyEnd(fields).map(encode).join(';')}`).join('&')
}

/** The set-up of a link. Fields that are missing or wrong have their defaults. `undefined` if the link names no limiter. */
export function fromHash(hash: string): Setup | undefined {
  const parts = hash
    .replace(/^#/, '')
    .split('&')
    .map((part) => part.split('='))
    .map(([name = '', value = '']) => [name, value.split(';').map(decode)] as const)
  const all = (wanted: string): readonly (readonly string[])[] =>
    parts.flatMap(([name, fields]) => (name === wanted ? [fields] : []))
  const limiters = LIMITERS.map((name) => all(name).slice(0, MOST.windows).map(toWindow)).filter(
    ({ length }) => length > 0,
  )
  if (limiters.length === 0) return undefined
  const speed = Number(all('speed')[0]?.[0])
  return {
    limiters,
    callers: all('call').slice(0, MOST.callers).map(toCaller),
    start: all('start')[0]?.[0] ?? '2026-01-01T12:00:00Z',
    speed: speed > 0 && speed <= 1e7 ? speed : 1,
    until: all('until')[0]?.[0] ?? '',
  }
}

function windowFields({ limit, window, anchor, unit, timeZone, day }: WindowSetup): readonly string[] {
  return anchor === 'calendar' ? [limit, window, timeZone, unit, day] : [limit, window, anchor, unit]
}

function toWindow([limit = '', window = '', third = '', unit = '', day = '']: readonly string[]): WindowSetup {
  const isCalendar = (PERIODS as readonly string[]).includes(window)
  if (isCalendar) return { limit, window, anchor: 'calendar', unit, timeZone: third, day }
  return { ...NEW_WINDOW, limit, window, anchor: ANCHORS.includes(third) ? (third as 'epoch') : 'epoch', unit }
}

function callerFields({
  id,
  calls,
  every,
  first,
  isRandom,
  cost,
  finish,
  after,
  actual,
}: CallerSetup): readonly string[] {
  const start = [id, calls, `${isRandom ? '~' : ''}${every}`, first, cost]
  if (finish === 'keep') return start
  return [...start, finish, after, ...(finish === 'settle' ? [actual] : [])]
}

function toCaller(fields: readonly string[]): CallerSetup {
  const [id = '', calls = '1', every = '1s', first = '0s', cost = '1', finish = 'keep', after = '2s', actual = '0'] =
    fields
  return {
    ...NEW_CALLER,
    ...{ id, calls, first, cost, after, actual },
    isRandom: every.startsWith('~'),
    every: every.replace(/^~/, ''),
    finish: FINISHES.includes(finish) ? (finish as 'keep') : 'keep',
  }
}

function withoutEmptyEnd(fields: readonly string[]): readonly string[] {
  return fields.slice(0, fields.findLastIndex((field) => field !== '') + 1)
}

/** Readable where it can be: an address may hold `/`, `:` and `,` after its `#`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
