import type { HeaderFields } from './fields.ts'
import { closestToLimit, type KnownPolicy, type QuotaPolicy } from './policy.ts'

/**
 * Sets `…-Limit`, `…-Remaining` and `…-Reset` to one policy's figures, unless an earlier middleware has set them to those of
 * a policy that has less left.
 */
export function setThree(
  prefix: string,
  policies: readonly QuotaPolicy[],
  fields: HeaderFields,
  figures: (policy: KnownPolicy) => readonly [limit: number, remaining: number, reset: number],
): void {
  const closest = closestToLimit(policies)
  if (closest === undefined) return
  const [limit, remaining, reset] = figures(closest)
  const set = (name: string, figure: number): unknown => fields.set(`${prefix}-${name}`, `${figure}`)
  const before = fields.get(`${prefix}-Remaining`)
  if (before && Number(before) <= remaining) return
  set('Limit', limit)
  set('Remaining', remaining)
  set('Reset', reset)
}
