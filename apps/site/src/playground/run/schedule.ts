import { type CallerSetup, MOST, milliseconds } from '../setup/setup.ts'

/** Calls of one caller, one moment after the other. */
export interface CallTimes {
  readonly caller: CallerSetup
  readonly calls: number
  /** The next moment, in milliseconds since the epoch. */
  at: number
  advance(): void
}

/** @throws {Error} naming what can't be read. */
export function callTimes(caller: CallerSetup, start: number, seed: number): CallTimes {
  const every = read(caller, 'every')
  const random = randomFrom(seed + 1)
  const gap = (): number => (caller.isRandom ? Math.max(1, Math.round(-Math.log(1 - random()) * every)) : every)
  const calls = Number(caller.calls)
  if (!Number.isInteger(calls) || calls < 1 || calls > MOST.calls)
    throw new Error(`Calls at once: a whole number from 1 to ${MOST.calls}, not “${caller.calls}”.`)
  if (every < 5) throw new Error('Calls come every 5ms at most.')
  return {
    caller,
    calls,
    at: start + read(caller, 'first') + (caller.isRandom ? gap() : 0),
    advance() {
      this.at += gap()
    },
  }
}

function read(caller: CallerSetup, name: 'every' | 'first' | 'after'): number {
  const found = milliseconds(caller[name])
  if (found === undefined)
    throw new Error(`${caller.id}, ${name}: a duration such as 500ms, 10s or 6h, not “${caller[name]}”.`)
  return found
}

/** Milliseconds until the refund or settlement; `undefined` if there is none. */
export function afterMs(caller: CallerSetup): number | undefined {
  return caller.finish === 'keep' ? undefined : read(caller, 'after')
}

/** Mulberry32: the same numbers for the same link. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
