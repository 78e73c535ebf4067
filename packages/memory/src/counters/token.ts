import type { AdjustReply } from '@rl/core'
import type { Ending } from './expiry.ts'

/** A token that is remembered, with the first result of its adjustment. Its end is kept by the `Expiry`. */
export interface HeldToken extends Ending {
  /** All tokens of the same limiter. */
  readonly siblings: Map<string, HeldToken>
  readonly key: string
  readonly windows: AdjustReply['windows']
}
