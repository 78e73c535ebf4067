import { OptionError } from '@rl/core'
import { checkOneOf, describeValue, ownOptions } from '@rl/core/check'
import { type Names, namesOf } from './sql/names.ts'

/** Which table a store uses. */
export interface TableOptions {
  /**
   * The table's name, if need be with its schema: letters, digits and `_`, at most 40 characters each. Default `'rate_limits'`.
   * A second table, `…_tokens`, and a function, `…_apply_1`, stand beside it.
   *
   * @example new PostgresStore(pool, { table: 'limits.api' })
   */
  readonly table?: string | undefined
}

/** Options of a `PostgresStore`. */
export interface PostgresStoreOptions extends TableOptions {
  /** The store's name in events and messages: 1 to 64 characters, no secrets. Default: the client's library, such as `'pg'`. */
  readonly label?: string | undefined
}

/** Options of `createTables` and `tablesSql`. */
export interface CreateOptions extends TableOptions {
  /**
   * Whether the tables are unlogged: faster, as nothing goes to the write-ahead log, but they are empty after a crash of the
   * server and on its replicas. Default `false`. Changes nothing about a table that is there already.
   */
  readonly unlogged?: boolean | undefined
}

export function parseStoreOptions(given: PostgresStoreOptions): {
  readonly names: Names
  readonly label: string | undefined
} {
  const { table, label } = ownOptions('options', given, ['table', 'label'])
  if (label !== undefined && !(typeof label === 'string' && label.length >= 1 && label.length <= 64)) {
    throw new OptionError('label', 'a string of 1 to 64 characters', describeValue(label))
  }
  return { names: checkTable(table), label }
}

export function parseCreateOptions(given: CreateOptions): { readonly names: Names; readonly unlogged: boolean } {
  const { table, unlogged = false } = ownOptions('options', given, ['table', 'unlogged'])
  return { names: checkTable(table), unlogged: checkOneOf('unlogged', unlogged, [true, false]) }
}

function checkTable(table: unknown = 'rate_limits'): Names {
  if (typeof table === 'string' && /^(?:[a-z_]\w{0,39}\.)?[a-z_]\w{0,39}$/i.test(table)) return namesOf(table)
  throw new OptionError('table', "a table's name such as 'rate_limits' or 'schema.rate_limits'", describeValue(table))
}
