import { draft6 } from './draft-6.ts'
import { draft7 } from './draft-7.ts'
import { draft10 } from './draft-10.ts'
import type { HeaderFields } from './fields.ts'
import { legacy } from './legacy.ts'
import type { QuotaPolicy } from './policy.ts'

/** A version of the `RateLimit` fields: those of `'draft-10'` are the same in drafts 8 to 11 of the IETF. */
export type HeaderVersion = 'draft-10' | 'draft-7' | 'draft-6' | 'legacy'

/** How to write each version, from a file of its own. */
export const HEADER_VERSIONS: Readonly<
  Record<HeaderVersion, (policies: readonly QuotaPolicy[], fields: HeaderFields) => void>
> = { 'draft-10': draft10, 'draft-7': draft7, 'draft-6': draft6, legacy }
