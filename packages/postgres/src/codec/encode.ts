import type { Operation } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { integers, texts } from './literals.ts'
import { Operations } from './operations.ts'
import { Windows } from './windows.ts'

/** A list as the arguments of the function, and where its answers belong. */
export interface Encoded {
  readonly text: string
  /** The place in the list of each answer, by its place in the arguments: these begin with 1, as in SQL. */
  readonly places: readonly number[]
}

export function encode(operations: readonly Operation[]): Encoded {
  const windows = new Windows()
  const places: number[] = [0]
  const takers: string[] = []
  const takes: number[] = []
  const others = new Operations(windows)
  const byKey = groupByKey(operations)
  for (const [key, own] of byKey) {
    const operation = operations[own[0] as number] as Operation
    if (own.length > 1 || operation.kind !== 'take' || operation.windows.length > 1) continue
    places.push(own[0] as number)
    takers.push(key)
    takes.push(windows.placeOf(operation.windows), operation.costs[0] as number, operation.times)
    byKey.delete(key)
  }
  for (const [key, own] of byKey) {
    others.begin(key, own.length)
    for (const place of own) others.add(operations[place] as Operation, places.push(place) - 1)
  }
  return { text: `${texts(takers)},${integers(takes)},${others.keysText()},${windows},${others.namesText()}`, places }
}

/** The places of each key's operations. */
function groupByKey(operations: readonly Operation[]): Map<string, number[]> {
  const byKey = new Map<string, number[]>()
  for (let i = 0; i < operations.length; i++) {
    const key = counterKey(operations[i] as Operation)
    const own = byKey.get(key)
    if (own === undefined) byKey.set(key, [i])
    else own.push(i)
  }
  return byKey
}
