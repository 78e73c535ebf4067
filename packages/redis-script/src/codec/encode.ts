import type { Adjustment, Clear, Operation, Take, Window } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { ByWindows, isCalendar } from './by-windows.ts'
import { tokenKey } from './key.ts'
import { encodeLone } from './lone.ts'

/** The keys and arguments of the script. */
export interface Command {
  readonly keys: string[]
  readonly args: string[]
}

/**
 * Operations as keys and arguments of the script; `script.lua` says how they look. Takes of the same windows and times that come
 * one after the other are one argument, so that a usual list is little more than its keys.
 *
 * @param keys The `redisKey` of each operation.
 * @example const { keys, args } = encode(operations, operations.map((each) => redisKey('rl:', counterKey(each))))
 */
export function encode(operations: readonly Operation[], keys: string[]): Command {
  const [first] = operations
  if (operations.length === 1 && first?.kind === 'take' && first.times === 1) {
    const lone = encodeLone(first)
    if (lone !== undefined) return { keys, args: first.windows.some(isCalendar) ? [lone, encodeTake(first)] : [lone] }
  }
  const args: string[] = []
  const repeats = mayRepeat(operations)
  /** Places of takes whose key another one sends. */
  const spared = new Set<number>()
  let windows: readonly Window[] | undefined
  let hasTokens = false
  for (let i = 0; i < operations.length; ) {
    const operation = operations[i] as Operation
    if (operation.kind === 'take') {
      const alike = endOfRun(operations, i, operation)
      const leastRow = leastRowOf(operation.windows)
      const end = repeats ? endOfPart(keys, i, alike, leastRow) : alike
      const isRow = repeats && end === endOfKey(keys, i, end) && end - i >= leastRow
      if (isRow) for (let place = i + 1; place < end; place++) spared.add(place)
      const run = encodeRun(operations as readonly Take[], i, end, isRow)
      args.push(windows && isAlike(operation.windows, windows) ? run : run + describe(operation.windows))
      windows = operation.windows
      i = end
      continue
    }
    if (operation.kind === 'adjust') hasTokens ||= operation.token !== undefined
    args.push(operation.kind === 'adjust' ? encodeAdjustment(operation) : encodeClear(operation))
    i++
  }
  const own = spared.size > 0 ? keys.filter((_, i) => !spared.has(i)) : keys
  if (repeats && new Set(own).size < own.length) args.unshift('again')
  return { keys: hasTokens ? withTokenKeys(operations, keys, spared) : own, args }
}

/** From how many takes of one identifier on a row is less work for the server. Where the script has no usual way, rows are dear. */
function leastRowOf(windows: readonly Window[]): number {
  const isUsual = windows.length === 1 || windows.every(({ anchor }) => anchor !== 'first-hit')
  return isUsual ? 2 : 12
}

/** Where the takes of the identifier at this place end. */
function endOfKey(keys: readonly string[], start: number, end: number): number {
  let at = start
  while (at < end && keys[at] === keys[start]) at++
  return at
}

/** Where the row that begins here ends; if none does, where the next one begins. */
function endOfPart(keys: readonly string[], start: number, end: number, leastRow: number): number {
  for (let at = start; at < end; ) {
    const next = endOfKey(keys, at, end)
    if (next - at >= leastRow) return at === start ? next : at
    at = next
  }
  return end
}

/**
 * Whether an identifier may come more than once. The server is spared the question: there it costs a table entry for each take,
 * which is several times as much.
 */
function mayRepeat(operations: readonly Operation[]): boolean {
  if (operations.length === 1) return false
  const byScope = new Map<string, Set<string>>()
  let scope: string | undefined
  let ids = new Set<string>()
  for (const operation of operations) {
    if (operation.scope !== scope) {
      scope = operation.scope
      ids = byScope.get(scope) ?? new Set()
      byScope.set(scope, ids)
    }
    if (ids.has(operation.id)) return true
    ids.add(operation.id)
  }
  return false
}

function encodeTake(take: Take): string {
  return encodeRun([take], 0, 1, false) + describe(take.windows)
}

/** Where the row of takes with the same windows and times ends. */
function endOfRun(operations: readonly Operation[], start: number, { windows, times }: Take): number {
  let end = start + 1
  for (; end < operations.length; end++) {
    const next = operations[end] as Operation
    if (next.kind !== 'take' || next.times !== times || !isAlike(next.windows, windows)) break
  }
  return end
}

/** Limiters with other names may have the same windows. */
function isAlike(one: readonly Window[], other: readonly Window[]): boolean {
  return one === other || describe(one) === describe(other)
}

/**
 * The costs are sent once if they are the same for all.
 *
 * @param isRow Whether the takes are all of one identifier.
 */
function encodeRun(takes: readonly Take[], start: number, end: number, isRow: boolean): string {
  const { costs, times } = takes[start] as Take
  const own = costs.join()
  let all = own
  for (let i = start + 1; i < end; i++) {
    const next = (takes[i] as Take).costs
    if (!isRow && (next === costs || next.every((cost, w) => cost === costs[w]))) continue
    all = ''
    break
  }
  if (all !== '') return `t${end - start} ${times} ${own}`
  for (let i = start; i < end; i++) {
    const { costs: each } = takes[i] as Take
    all += ` ${each.length === 1 ? each[0] : each.join()}`
  }
  return `${isRow ? 's' : 'v'}${end - start} ${times}${all}`
}

function encodeAdjustment({ windows, token }: Adjustment): string {
  let text = token === undefined ? 'a' : `a${token.until}`
  for (const window of windows) {
    text += `;${counterName(window)} ${window.resetAt} ${window.generation} ${window.change}`
  }
  return text
}

function encodeClear({ windows }: Clear): string {
  let text = 'c'
  for (const window of windows) text += `;${counterName(window)}`
  return text
}

/** A token's key comes behind that of its counters. */
function withTokenKeys(
  operations: readonly Operation[],
  keys: readonly string[],
  spared: ReadonlySet<number>,
): string[] {
  return operations.flatMap((operation, i) => {
    if (spared.has(i)) return []
    const key = keys[i] as string
    const token = operation.kind === 'adjust' ? operation.token : undefined
    return token === undefined ? [key] : [key, tokenKey(key, token.id)]
  })
}

const descriptions = new ByWindows<string>()

/** Windows as the script gets them in a list. */
function describe(windows: readonly Window[]): string {
  return descriptions.get(windows, () => windows.map(describeInList).join(''))
}

function describeInList(window: Window): string {
  const text = `;${counterName(window)} ${window.limit}`
  return isCalendar(window) ? `${text} ${window.longestMs} ${window.ends.join()}` : text
}
