import { StoreError } from '@rl/core'

/** Keys, names and tokens of the contract: printable ASCII without `"` and `\`. */
const PLAIN = /^[!#-[\]-~]+$/

/** A literal of `text[]`. */
export function texts(values: Iterable<string>): string {
  let all = ''
  for (const value of values) {
    if (!PLAIN.test(value)) throw malformed()
    all += all === '' ? `"${value}"` : `,"${value}"`
  }
  return `'{${all.replaceAll("'", "''")}}'`
}

/** A literal of `int[]` or `bigint[]`. */
export function integers(values: readonly number[]): string {
  if (!values.every(Number.isSafeInteger)) throw malformed()
  return `'{${values.join()}}'`
}

/** Nothing else than the contract allows becomes a part of a statement. */
function malformed(): StoreError {
  return new StoreError('an operation has a malformed name, token or number', { outcome: 'not-executed' })
}
