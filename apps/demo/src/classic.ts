import type { FixedWindowRateLimiter } from '@rl/core'
import { counted, type ShownDecision } from './answer.ts'
import { clockTime } from './clock-time.ts'
import { type Fleet, letter } from './fleet.ts'
import { type Page, painter } from './page.ts'
import { CLASSIC_LIMIT, USER } from './plan.ts'
import { Tally } from './tally.ts'
import { judge, type Verdict } from './verdict.ts'

const CALLS = 105
const SHOWN_FIRST = 4
/** Columns of a call's line with `resetAt`, which narrower terminals do without. */
const FULL_WIDTH = 79

export interface ClassicOptions {
  /** They make the calls in turns. */
  readonly fleet: Pick<Fleet, 'instances' | 'call'>
  /** One more limiter on the same counters. */
  readonly observer: FixedWindowRateLimiter
  readonly page: Page
  readonly signal: AbortSignal
}

interface Call {
  readonly instance: number
  readonly decision: ShownDecision
}

/**
 * Part one: one user calls 105 times where 100 per minute are admitted, through all instances in turns. Should the minute end
 * meanwhile, the calls are counted anew, as `resetAt` tells.
 */
export async function runClassic({ fleet, observer, page, signal }: ClassicOptions): Promise<Verdict> {
  const paint = painter(page.colour)
  const print = (text: string): void => page.write(`   ${text}\n`)
  const tally = new Tally(fleet.instances.length)
  const last = letter(fleet.instances.length - 1)
  let made: ShownDecision[] = []

  while (made.length < CALLS) {
    signal.throwIfAborted()
    for (const { instance, decision } of await nextCalls(fleet, made.length)) {
      tally.record(instance, decision)
      if (made.some(({ resetAt }) => resetAt !== decision.resetAt)) {
        print('The minute is over: a new window, with 100 new calls.')
        made = []
      }
      made.push(decision)
      const call = made.length
      if (call <= SHOWN_FIRST || call >= CLASSIC_LIMIT) print(describe(call, instance, decision))
      else if (call === SHOWN_FIRST + 1) print(paint('dim', `A to ${last} make calls ${call} to 99 at once`))
    }
  }

  print(`isAllowed('${USER}')  ${await observer.isAllowed(USER)}${await hasTurned(observer, made)}`)
  print(`isAllowed('user_456')  ${await observer.isAllowed('user_456')}`)
  return judge(tally.windows(), CLASSIC_LIMIT)

  function describe(call: number, instance: number, decision: ShownDecision): string {
    const { allowed, remaining, retryAfterMs, resetAt } = decision
    const outcome = allowed ? paint('green', 'admitted') : paint('red', 'denied  ')
    const wait = `retryAfterMs ${String(retryAfterMs).padStart(5)}`
    const end = page.width() < FULL_WIDTH ? '' : `  resetAt ${clockTime(resetAt)} UTC`
    return `${letter(instance)}  call ${String(call).padStart(3)}  ${outcome}  remaining ${String(remaining).padStart(2)}  ${wait}${end}`
  }
}

/** One by one where each is shown; the rest at once, as that is quick over a slow network, too. In the order of their windows. */
async function nextCalls({ instances, call }: ClassicOptions['fleet'], made: number): Promise<readonly Call[]> {
  const count = made < SHOWN_FIRST || made >= CLASSIC_LIMIT - 1 ? 1 : CLASSIC_LIMIT - 1 - made
  const calls = Array.from({ length: count }, async (_, i) => {
    const instance = (made + i) % instances.length
    return { instance, decision: await call(instance) }
  })
  return (await Promise.all(calls)).sort((a, b) => a.decision.resetAt - b.decision.resetAt)
}

async function hasTurned(observer: FixedWindowRateLimiter, made: readonly ShownDecision[]): Promise<string> {
  const { resetAt } = counted(await observer.peek(USER))
  return resetAt === made.at(-1)?.resetAt ? '' : '  (in a new minute)'
}
