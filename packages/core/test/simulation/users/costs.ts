import type { Cost } from '../../../src/index.ts'
import type { Actor } from '../world/actor.ts'
import type { Random } from '../world/random.ts'

/** The cost that a call names: often none. */
export function anyCost({ windows }: Actor, random: Random, isPeek: boolean): Cost | undefined {
  const units = [...new Set(windows.flatMap(({ unit }) => unit ?? []))]
  const any = (): number => (random.chance(0.6) ? 1 : random.int(0, 5))
  if (units.length > 1) {
    return isPeek && random.chance(0.5) ? undefined : Object.fromEntries(units.map((unit) => [unit, any()]))
  }
  return random.chance(0.6) ? undefined : any()
}

/** The cost in each window. */
export function costsOf({ windows }: Actor, cost: Cost | undefined, isPeek: boolean): number[] {
  return windows.map(({ unit }) => {
    if (cost === undefined) return isPeek && unit !== undefined ? 0 : 1
    return typeof cost === 'number' ? cost : (cost[unit ?? ''] ?? 0)
  })
}
