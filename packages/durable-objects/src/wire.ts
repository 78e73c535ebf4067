import type { AdjustedWindow, Anchor, Boundaries, Reply, StoreOutcome, Token } from '@rl/core'

/** Operations as they travel: identifiers and scopes stay in the Worker. */
export type WireOperation = WireTake | WireAdjustment | WireClear

interface Keyed {
  /** `counterKey` of scope and identifier. */
  readonly key: string
}

interface Named {
  /** `counterName` of the window. */
  readonly name: string
}

export interface WireTake extends Keyed {
  readonly kind: 'take'
  readonly windows: readonly WireWindow[]
  readonly costs: readonly number[]
  readonly times: number
}

export type WireWindow = Named & { readonly limit: number } & (
    | { readonly anchor: Anchor; readonly windowMs: number }
    | { readonly anchor: 'calendar'; readonly ends: Boundaries['ends']; readonly longestMs: number }
  )

export interface WireAdjustment extends Keyed {
  readonly kind: 'adjust'
  readonly windows: readonly (Named & Pick<AdjustedWindow, 'resetAt' | 'generation' | 'change'>)[]
  readonly token: Token | undefined
}

export interface WireClear extends Keyed {
  readonly kind: 'clear'
  readonly windows: readonly (Named & { readonly anchor: WireWindow['anchor'] })[]
}

/** A store's request to an object, as JSON. */
export interface ObjectRequest {
  /** Over how many objects the store spreads identifiers. */
  readonly shards: number
  /** Whether the first object has agreed to this number. */
  readonly isAgreed: boolean
  readonly operations: readonly WireOperation[]
}

/** An error in the place of a reply. */
export interface ObjectError {
  readonly error: string
  readonly outcome: StoreOutcome
}

/** The object's answer, as JSON. */
export type ObjectAnswer =
  | { readonly replies: readonly (Reply | ObjectError)[] }
  /** Nothing was done: the objects were made for this number of shards. `null`: this object is new; ask the first one. */
  | { readonly madeFor: number | null }
