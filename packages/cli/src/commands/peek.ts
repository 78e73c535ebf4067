import type { PeekOptions } from '../arguments/parse.ts'
import type { Server } from '../connect/server.ts'
import { type Contents, contentsOf, type Holder, holderText, subjectOf, windowColumns } from '../counters/counter.ts'
import { placeOf } from '../counters/place.ts'
import { EXIT, Failure } from '../failure.ts'
import { safeJson } from '../show/safe-text.ts'
import { table } from '../show/table.ts'
import { momentText, timeLeft } from '../show/time.ts'
import type { Terminal } from './terminal.ts'

const NOTHING: Contents = { counters: [], windowNames: [], isBroken: false }

export async function peek(options: PeekOptions, server: Server, terminal: Terminal): Promise<number> {
  const holder = placeOf(options.subject, server, options)
  const { now, value } = await server.read(holder.key)
  const contents = value === undefined ? NOTHING : contentsOf(holder, value, now)
  if (options.json) {
    const { counters, isBroken } = contents
    terminal.print(`${safeJson({ ...subjectOf(holder), now, counters, isBroken })}\n`)
  } else {
    terminal.print(describe(holder, contents, server, terminal))
  }
  if (contents.isBroken) {
    throw new Failure(`${holderText(holder)}: no limiter can read all that is stored, and its calls fail: see rl reset`)
  }
  return EXIT.done
}

function describe(holder: Holder, { counters, isBroken }: Contents, server: Server, { marks }: Terminal): string {
  const who = `${holderText(holder)}, ${server.name}`
  if (counters.length > 0) {
    const rows = counters.map((counter) => {
      const ends = `${momentText(counter.resetAt)} (in ${timeLeft(counter.resetAfterMs)})`
      return [...windowColumns(counter), ends]
    })
    return `${who}\n${table(['USED', 'WINDOW', 'ENDS'], rows, marks)}`
  }
  return isBroken ? '' : `${who}: nothing used in an open window. Was --prefix or --hash-tags the store's?\n`
}
