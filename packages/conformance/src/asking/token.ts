import type { Token } from '@rl/core'
import type { Context } from '../context.ts'
import { freshName } from './operations.ts'

/** A fresh token that the store remembers for `ms` milliseconds from now on. */
export async function tokenFor({ now }: Context, ms = 3_600_000): Promise<Token> {
  return { id: freshName(), until: (await now()) + ms }
}
