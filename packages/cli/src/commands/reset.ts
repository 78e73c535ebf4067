import type { CounterWindow } from '@rl/core'
import { parseCounterName } from '@rl/redis-script'
import type { ResetOptions } from '../arguments/parse.ts'
import type { Server } from '../connect/server.ts'
import { type Contents, contentsOf, type Holder, holderText, subjectOf, windowColumns } from '../counters/counter.ts'
import { placeOf } from '../counters/place.ts'
import { EXIT, Failure, usageFailure } from '../failure.ts'
import { safeJson, safeText } from '../show/safe-text.ts'
import type { Terminal } from './terminal.ts'

/** A clear must name a window. A value that can't be read is removed, whichever it names. */
const ANY_WINDOW: CounterWindow = { anchor: 'epoch', windowMs: 1 }

export async function reset(options: ResetOptions, server: Server, terminal: Terminal): Promise<number> {
  const holder = placeOf(options.subject, server, options)
  const who = `${holderText(holder)}, ${server.name}`
  let contents = await read(holder, server)
  if (contents !== undefined && !options.yes) {
    await confirm(`Reset ${who}: ${summary(contents)}? [y/N] `, terminal)
    contents = await read(holder, server) // windows may have begun and ended meanwhile
  }
  if (contents === undefined) {
    return report(options, holder, terminal, `${who}: nothing was stored. Was --prefix or --hash-tags the store's?`, [])
  }
  const windows = contents.windowNames.map(parseCounterName)
  const known = windows.filter((window) => window !== undefined)
  await server.clear(holder.key, contents.windowNames.length === 0 ? [ANY_WINDOW] : known)
  report(options, holder, terminal, `${who}: reset, ${summary(contents)} before.`, contents.counters)
  const left = contents.windowNames.filter((_, i) => windows[i] === undefined)
  if (left.length === 0) return EXIT.done
  throw new Failure(
    `windows of kinds that this version does not know were left: ${left.map(safeText).join(', ')}. Take a newer one.`,
  )
}

async function read(holder: Holder, server: Server): Promise<Contents | undefined> {
  const { now, value } = await server.read(holder.key)
  return value === undefined ? undefined : contentsOf(holder, value, now)
}

function report(
  { json }: ResetOptions,
  holder: Holder,
  terminal: Terminal,
  text: string,
  before: Contents['counters'],
): number {
  terminal.print(json ? `${safeJson({ ...subjectOf(holder), before })}\n` : `${text}\n`)
  return EXIT.done
}

function summary({ counters, isBroken }: Contents): string {
  const parts = counters.map((counter) => {
    const [used, window] = windowColumns(counter)
    return `${used} used in ${window}`
  })
  if (isBroken) parts.push('a value that no limiter can read')
  return parts.length === 0 ? 'nothing used' : parts.join(', ')
}

async function confirm(question: string, { ask }: Terminal): Promise<void> {
  if (ask === undefined) throw usageFailure('rl reset asks first, and there is no terminal to ask on: add --yes')
  if (!/^y(es)?$/i.test((await ask(question)).trim())) throw new Failure('nothing was reset', EXIT.declined)
}
