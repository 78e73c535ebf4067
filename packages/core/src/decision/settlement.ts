import type { AdjustReply } from '../contract/replies.ts'

/** A settlement's effect on one window. */
export type SettledWindow = { readonly unit: string | undefined } & (
  | {
      readonly state: 'settled'
      /** Units charged for the decision now. */
      readonly cost: number
      /** Units left, 0 or more. */
      readonly remaining: number
      /** Units charged past the limit, which later calls of the window find missing. */
      readonly debt: number
    }
  /** The window has ended, or the identifier was reset: nothing changed. */
  | { readonly state: 'ended' }
)

/** The answer to `settle`. */
export interface Settlement {
  /** In the order of the decision's windows. None if no counter was charged, as the store had failed. */
  readonly windows: readonly SettledWindow[]
}

/**
 * @param windows What the decision was checked against.
 * @param costs What is charged now, for each window.
 */
export function settlementOf(
  windows: readonly { readonly unit?: string | undefined; readonly limit: number }[],
  costs: readonly number[],
  reply: AdjustReply,
): Settlement {
  return {
    windows: windows.map(({ unit, limit }, i) => {
      const result = reply.windows[i]
      if (result === undefined || result === 'ended') return { unit, state: 'ended' }
      const left = limit - result.used
      return {
        ...{ unit, state: 'settled', cost: costs[i] as number },
        ...{ remaining: Math.max(0, left), debt: Math.max(0, -left) },
      }
    }),
  }
}
