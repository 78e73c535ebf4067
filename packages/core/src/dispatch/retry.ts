import type { StoreError } from '../errors.ts'
import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'

/** Whether an entry that the store refused can be sent again within its deadline. */
export function canRetry(entry: Entry, error: StoreError, now: number): boolean {
  return error.transient && entry.deadlineAt - now > backOffMs(entry.chunk)
}

/**
 * The chunks that hold refused entries, with the time when they are due to be sent again.
 *
 * @param isApart Whether each limiter's entries are sent apart from those of others, and at once.
 */
export function chunksToRetry(chunks: readonly Chunk<Entry>[], now: number, isApart: boolean): readonly Chunk<Entry>[] {
  return chunks.filter((chunk) => {
    chunk.dueAt = now
    if (isApart) chunk.apart = chunk.entries[0]?.lane
    else chunk.dueAt += backOffMs(chunk)
    return chunk.keepRefused()
  })
}

/** How long to wait before the next retry: 10, 20, 40, 80 ms, and then 100. */
function backOffMs(chunk: Chunk<Entry> | undefined): number {
  return Math.min(100, 10 * 2 ** (chunk?.refusals ?? 0))
}
