import { type Adjustment, type AdjustReply, type CounterState, type Operation, type Reply, StoreError } from '@rl/core'

/** Reasons why an operation failed, by their letters. */
const FAILURES: Readonly<Record<string, string>> = {
  n: 'the counter holds no count',
  m: 'the counter would exceed 2^53-1',
  s: 'the token has expired',
}

/**
 * `'1764374400000 | 2:112,5,1764374460000,0 1:1c'`: the clock of each pass; and of each operation its place, the pass that answered
 * it, and the answer.
 *
 * @param places The place in the list, by the place in the reply.
 */
export function decode(
  operations: readonly Operation[],
  places: readonly number[],
  text: unknown,
): readonly (Reply | Error)[] {
  if (typeof text !== 'string') throw malformed()
  const [clocks = '', answers = ''] = text.split('| ')
  const [first, second] = clocks.split(' ').map(Number)
  const replies = new Array<Reply | Error | undefined>(operations.length)
  for (const part of answers.split(' ')) {
    const colon = part.indexOf(':')
    const place = places[Number(part.slice(0, colon))]
    const operation = place === undefined ? undefined : operations[place]
    if (place === undefined || operation === undefined) throw malformed()
    const now = part[colon + 1] === '2' ? second : first
    replies[place] = decodeOne(operation, part.slice(colon + 2), now as number)
  }
  if (replies.includes(undefined)) throw malformed()
  return replies as (Reply | Error)[]
}

function decodeOne(operation: Operation, answer: string, now: number): Reply | Error {
  const failure = FAILURES[answer]
  if (failure !== undefined) return new StoreError(failure, { outcome: 'not-executed' })
  if (operation.kind === 'clear') return { now }
  if (operation.kind === 'adjust') return decodeAdjustment(operation, answer, now)
  if (answer === 'o') return { outside: true, now }
  const numbers = answer.split(',')
  const windows: CounterState[] = []
  for (let i = 1; i + 2 < numbers.length; i += 3) {
    windows.push({ used: Number(numbers[i]), resetAt: Number(numbers[i + 1]), generation: Number(numbers[i + 2]) })
  }
  return { timesTaken: Number(numbers[0]), now, windows }
}

function decodeAdjustment({ windows }: Adjustment, answer: string, now: number): AdjustReply {
  const repeated = answer.startsWith('=')
  const results = answer.slice(repeated ? 1 : 0).split(',')
  return {
    now,
    repeated,
    windows: windows.map((_, i) => {
      const [applied, used] = (results[i] ?? '').split(':')
      return applied === 'x' ? 'ended' : { applied: Number(applied), used: Number(used) }
    }),
  }
}

function malformed(): StoreError {
  return new StoreError('the store sent a malformed reply', { outcome: 'unknown' })
}
