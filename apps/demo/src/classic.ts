import type { FixedWindowRateLimiter } from '@rl/core'
import { type CountedDecision, counted } from './answer.ts'
import { clockTime } from './clock-time.ts'
import { type Page, painter } from './page.ts'
import { Tally } from './tally.ts'
import { judge, type Verdict } from './verdict.ts'

const USER = 'user_123'
export const CLASSIC_LIMIT = 100
const CALLS = 105
const SHOWN_FIRST = 3
/** Columns of a call's line with `resetAt`, which narrower terminals do without. */
const FULL_WIDTH = 79

/**
 * Part one: one user calls 105 times where 100 per minute are admitted. Should the minute end meanwhile, the calls are
 * counted anew, as `resetAt` tells.
 */
export async function runClassic(limiter: FixedWindowRateLimiter, page: Page, signal: AbortSignal): Promise<Verdict> {
  const paint = painter(page.colour)
  const print = (text: string): void => page.write(`   ${text}\n`)
  const tally = new Tally(1)
  let made: CountedDecision[] = []

  while (made.length < CALLS) {
    signal.throwIfAborted()
    for (const decision of await Promise.all(nextCalls(limiter, made.length))) {
      tally.record(0, decision)
      if (made.some(({ resetAt }) => resetAt !== decision.resetAt)) {
        print('The minute is over: a new window, with 100 new calls.')
        made = []
      }
      made.push(decision)
      const call = made.length
      if (call <= SHOWN_FIRST || call >= CLASSIC_LIMIT) print(describe(call, decision))
      else if (call === SHOWN_FIRST + 1) print(paint('dim', `calls ${call} to 99, made at once, travel together`))
    }
  }

  print(`isAllowed('${USER}')  ${await limiter.isAllowed(USER)}${await hasTurned(limiter, made)}`)
  print(`isAllowed('user_456')  ${await limiter.isAllowed('user_456')}`)
  return judge(tally.windows(), CLASSIC_LIMIT)

  function describe(call: number, { allowed, remaining, retryAfterMs, resetAt }: CountedDecision): string {
    const outcome = allowed ? paint('green', 'admitted') : paint('red', 'denied  ')
    const wait = `retryAfterMs ${String(retryAfterMs).padStart(5)}`
    const end = page.width() < FULL_WIDTH ? '' : `  resetAt ${clockTime(resetAt)} UTC`
    return `call ${String(call).padStart(3)}  ${outcome}  remaining ${String(remaining).padStart(2)}  ${wait}${end}`
  }
}

/** One by one where each is shown; the rest at once, as that is quick over a slow network, too. */
function nextCalls(limiter: FixedWindowRateLimiter, made: number): Promise<CountedDecision>[] {
  const count = made < SHOWN_FIRST || made >= CLASSIC_LIMIT - 1 ? 1 : CLASSIC_LIMIT - 1 - made
  return Array.from({ length: count }, async () => counted(await limiter.limit(USER)))
}

async function hasTurned(limiter: FixedWindowRateLimiter, made: readonly CountedDecision[]): Promise<string> {
  const { resetAt } = counted(await limiter.peek(USER))
  return resetAt === made.at(-1)?.resetAt ? '' : '  (in a new minute)'
}
