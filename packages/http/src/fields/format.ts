import type { HeaderFields } from './fields.ts'
import type { QuotaPolicy } from './policy.ts'

/**
 * How to write the fields that tell clients about their limits, such as `draft7` of `@rl/http/headers`.
 *
 * @example
 * const short: HeaderFormat = {
 *   prefix: 'X-Left',
 *   write: ([policy], fields) => fields.set('X-Left', `${policy?.state?.remaining}`),
 * }
 */
export interface HeaderFormat {
  /** The begin of its fields' names. One response can't have two formats with one prefix. */
  readonly prefix: string
  /**
   * @param policies One for each window of each limiter.
   * @param fields Those of the response, perhaps with what an earlier middleware wrote.
   */
  write(policies: readonly QuotaPolicy[], fields: HeaderFields): void
}
