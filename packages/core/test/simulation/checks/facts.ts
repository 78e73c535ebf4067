import { StoreError, type Take } from '../../../src/index.ts'
import type { Call, Change } from '../journal.ts'
import type { Actor } from '../world/actor.ts'

// Short questions about calls, changes and their errors.

export function keyOf({ index }: Actor, id: string, signature = ''): string {
  return `${index} ${id} ${signature}`
}

/** Decides whether calls of one identifier can share a take. */
export function signatureOf(costs: readonly number[], windows: readonly { readonly limit: number }[]): string {
  return `${costs} of ${windows.map(({ limit }) => limit)}`
}

/** Whether a take with these costs and windows can be for the call. */
export function isFor(call: Call, { costs, windows, id }: Take, isFallback: boolean): boolean {
  if (call.id !== id) return false
  return windows.every(({ limit }, i) => {
    const own = call.limits[i] as number
    const asked = call.isPeek ? 0 : call.costs[i]
    return costs[i] === asked && limit === (isFallback ? Math.floor(own * call.actor.fallbackShare) : own)
  })
}

export function isNotExecuted(error: unknown): boolean {
  return error instanceof StoreError && error.outcome === 'not-executed'
}

/** Failed when it was about to be sent. */
export function isTooLate(error: unknown): boolean {
  return isNotExecuted(error) && (error as StoreError).message.startsWith('the store did not answer')
}

/** Failed as the breaker is open. */
export function isRefusal(error: unknown): boolean {
  return error instanceof StoreError && error.message.startsWith('the store was not asked')
}

export function errorOf({ error, decision }: Call): unknown {
  return decision?.source === 'failure-policy' ? decision.error : error
}

export function isFailed(call: Call): boolean {
  return !call.isAborted && errorOf(call) !== undefined
}

export function isLocal({ decision }: Call): boolean {
  return decision?.source === 'lease' || decision?.source === 'deny-cache'
}

export function isOpen(one: Call | Change | undefined): boolean {
  return one !== undefined && one.settledSequence === undefined
}

export function isOpenAt({ settledSequence }: Call | Change, sequence: number): boolean {
  return settledSequence === undefined || settledSequence > sequence
}

export function describe(one: Call | Change): string {
  const name = `${one.actor.name}/${one.id} #${one.sequence}`
  if (!('costs' in one)) return `${one.kind} ${name}`
  return `${one.isPeek ? 'peek' : 'limit'} ${name}, cost ${one.costs} of ${one.limits}`
}
