/** Names of a store's table, its table of tokens and its function, quoted for SQL. */
export interface Names {
  readonly table: string
  readonly tokens: string
  readonly apply: string
}

/** @param name `'rate_limits'`, or with a schema before it, `'limits.api'`. */
export function namesOf(name: string): Names {
  const quoted = (suffix: string): string =>
    [...parts.slice(0, -1), `${last}${suffix}`].map((part) => `"${part}"`).join('.')
  const parts = name.split('.')
  const last = parts.at(-1)
  // The number is that of what the function takes and answers: another version of this package may call another one.
  return { table: quoted(''), tokens: quoted('_tokens'), apply: quoted('_apply_1') }
}
