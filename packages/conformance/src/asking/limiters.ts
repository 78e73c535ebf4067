import { FixedWindowRateLimiter } from '@rl/core'
import type { Context } from '../context.ts'
import { nth } from './ask.ts'
import { freshName } from './operations.ts'

type Options = Partial<ConstructorParameters<typeof FixedWindowRateLimiter<'throw'>>[0]>

/** Limiters of one name, one on each of `count` connections, whose deadline does not get in the way. */
export async function limitersOf(
  context: Context,
  count: number,
  limit: number,
  more: Options = {},
): Promise<readonly FixedWindowRateLimiter[]> {
  const stores = await context.connections(count)
  const name = freshName()
  const window = more.windows === undefined ? { limit, window: context.longMs[0] } : {}
  return stores.map(({ limited: store }) => {
    return new FixedWindowRateLimiter({ name, store, deadlineMs: 30_000, ...window, ...more } as never)
  })
}

export async function limiterOf(context: Context, limit: number, more?: Options): Promise<FixedWindowRateLimiter> {
  return nth(await limitersOf(context, 1, limit, more), 0)
}
