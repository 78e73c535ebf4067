import { proseOf } from './blocks.ts'
import type { Document } from './documents.ts'

/** Words of a page outside of its blocks: all that stands between spaces and has a letter or digit. */
export function wordCount(document: Document): number {
  return proseOf(document)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}
