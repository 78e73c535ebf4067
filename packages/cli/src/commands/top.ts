import { keyPattern, tagsFor } from '@rl/redis-script'
import type { TopOptions } from '../arguments/parse.ts'
import type { Node, Server } from '../connect/server.ts'
import { contentsOf, holderOf, idText, windowColumns } from '../counters/counter.ts'
import { Largest } from '../counters/largest.ts'
import { EXIT } from '../failure.ts'
import { safeJson, safeText } from '../show/safe-text.ts'
import { table } from '../show/table.ts'
import { timeLeft } from '../show/time.ts'
import type { Terminal } from './terminal.ts'

/** Keys that the server looks at in one step: well under a millisecond of its time. */
const STEP = 250

/** How far a walk has come. */
interface Walk {
  /** Keys that the server has looked at, those of other programs included: the sum of the steps. */
  looked: number
  /** Keys that hold counters, whose values were read. */
  read: number
  /** Keys whose value no limiter can read. */
  broken: number
  /** Whether all keys were looked at. */
  isComplete: boolean
}

export async function top(options: TopOptions, server: Server, terminal: Terminal): Promise<number> {
  const largest = new Largest(options.limit)
  const walk: Walk = { looked: 0, read: 0, broken: 0, isComplete: true }
  for (const node of server.nodes()) {
    if (walk.looked < options.maxKeys) await walkNode(node, options, server, walk, largest)
    else walk.isComplete = false
  }
  const counters = largest.sorted()
  if (options.json) {
    const { looked, read, broken, isComplete } = walk
    const { commands } = server
    terminal.print(`${safeJson({ counters, isComplete, keysLookedAt: looked, keysRead: read, broken, commands })}\n`)
    return EXIT.done
  }
  const rows = counters.map((counter) => {
    const { name, id, idHash, resetAfterMs } = counter
    return [...windowColumns(counter), timeLeft(resetAfterMs), safeText(name), idText(id, idHash)]
  })
  if (rows.length > 0) terminal.print(table(['USED', 'WINDOW', 'ENDS IN', 'NAME', 'IDENTIFIER'], rows, terminal.marks))
  terminal.print(summary(walk, options, server))
  return EXIT.done
}

async function walkNode(node: Node, options: TopOptions, server: Server, walk: Walk, largest: Largest): Promise<void> {
  const { prefix, hashTags, name, unit, maxKeys } = options
  const pattern = keyPattern(prefix, name, tagsFor(server.isCluster, hashTags) !== undefined)
  // The server's clock, asked once: from there on it goes as fast as this process's.
  const offset = (await node.time()) - performance.now()
  let cursor = '0'
  do {
    const count = Math.min(STEP, maxKeys - walk.looked)
    const step = await node.scan(cursor, pattern, count)
    cursor = step.cursor
    walk.looked += count
    const holders = step.keys.flatMap((key) => holderOf(key, prefix) ?? [])
    const wanted = name === undefined ? holders : holders.filter(({ scope }) => scope === name)
    if (wanted.length === 0) continue
    const values = await node.values(wanted.map(({ key }) => key))
    const now = Math.floor(offset + performance.now())
    for (const [i, holder] of wanted.entries()) {
      const value = values[i]
      if (typeof value !== 'string') continue
      walk.read++
      const { counters, isBroken } = contentsOf(holder, value, now)
      if (isBroken) walk.broken++
      for (const counter of counters) {
        if (counter.used > 0 && (unit === undefined || counter.unit === unit)) largest.add(counter)
      }
    }
  } while (cursor !== '0' && walk.looked < maxKeys)
  if (cursor !== '0') walk.isComplete = false
}

function summary({ looked, read, broken, isComplete }: Walk, { maxKeys }: TopOptions, server: Server): string {
  const walked = isComplete
    ? 'Looked at all keys'
    : `Stopped after ${looked} keys (--max-keys ${maxKeys}), others may have used more`
  const commands = `${server.commands} ${server.isBilled ? 'billed commands' : 'commands'}`
  const unread = broken === 0 ? '' : ` No limiter can read the values of ${broken}: see rl peek --help.`
  return `${walked}: ${read} ${read === 1 ? 'identifier' : 'identifiers'}, ${commands}, ${server.name}.${unread}\n`
}
