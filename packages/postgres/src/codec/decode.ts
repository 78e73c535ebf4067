import { type Adjustment, type AdjustReply, type CounterState, type Operation, type Reply, StoreError } from '@rl/core'

/** Reasons why an operation failed, by their letters. */
const FAILURES: Readonly<Record<string, string>> = {
  n: 'the counter can not be read',
  m: 'the counter would exceed 2^53-1',
  s: 'the token has expired',
}

const MALFORMED = 'PostgreSQL sent a malformed reply'

/** `'1764374400000 |12,5,1764374460000,0 1c'`: the clock of each pass; and of each operation, the pass and its answer. */
export function decode(operations: readonly Operation[], text: unknown): (Reply | Error)[] {
  if (typeof text !== 'string') throw malformed()
  const [clocks = '', answers = ''] = text.split('|')
  const [first, second] = clocks.split(' ').map(Number)
  const parts = answers.split(' ')
  if (parts.length !== operations.length) throw malformed()
  return operations.map((operation, i) => {
    const part = parts[i] as string
    return decodeOne(operation, part.slice(1), (part.startsWith('2') ? second : first) as number)
  })
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
  return new StoreError(MALFORMED, { outcome: 'unknown' })
}
