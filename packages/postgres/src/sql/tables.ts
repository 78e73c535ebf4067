import { applyFunction } from './apply.ts'
import type { Names } from './names.ts'

/** All statements that make what a store needs, where it is not there yet. */
export function createStatements(names: Names, unlogged: boolean): string {
  const { table, tokens } = names
  const create = unlogged ? 'CREATE UNLOGGED TABLE' : 'CREATE TABLE'
  const indexOf = (quoted: string, column: string): string => `"${quoted.replace(/^.*\.|"/g, '')}_${column}"`
  return `
${create} IF NOT EXISTS ${table} (
  key text COLLATE "C" PRIMARY KEY,
  names text[] NOT NULL,
  ends bigint[] NOT NULL,
  used bigint[] NOT NULL,
  generations bigint[] NOT NULL,
  expires_at bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS ${indexOf(table, 'expires_at')} ON ${table} (expires_at);
${create} IF NOT EXISTS ${tokens} (
  key text COLLATE "C",
  token text COLLATE "C",
  until bigint NOT NULL,
  result text NOT NULL,
  PRIMARY KEY (key, token)
);
CREATE INDEX IF NOT EXISTS ${indexOf(tokens, 'until')} ON ${tokens} (until);
${applyFunction(names)}`
}
