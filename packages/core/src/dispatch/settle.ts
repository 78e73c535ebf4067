import type { Reply } from '../contract/replies.ts'
import { type StoreError, toStoreError } from '../errors.ts'
import type { CommandTiming, Entry } from './entry.ts'

export function answer(entry: Entry, reply: Reply, timing: CommandTiming): void {
  entry.state = 'settled'
  try {
    entry.answered(reply, timing)
  } catch (error) {
    fail(entry, toStoreError(error)) // a fast path threw: no other entry may feel it
  }
}

/** The entry was sent, did not run, and will be sent again. */
export function refuse(entry: Entry): void {
  try {
    entry.refused()
  } catch (error) {
    fail(entry, toStoreError(error)) // a fast path threw
  }
}

export function fail(entry: Entry, error: StoreError): void {
  entry.state = 'settled'
  try {
    entry.failed(error)
  } catch {
    // A fast path threw. The callers have their error.
  }
}
