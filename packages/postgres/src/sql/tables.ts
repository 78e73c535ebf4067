import { applyFunction } from './apply.ts'
import type { Names } from './names.ts'

/** A statement that makes what a store needs, where it is not there yet: all of it or nothing, and one process after the other. */
export function createStatement(names: Names, unlogged: boolean): string {
  const { table, tokens } = names
  const create = unlogged ? 'CREATE UNLOGGED TABLE' : 'CREATE TABLE'
  return `DO $do$ BEGIN
SET LOCAL client_min_messages = warning;
PERFORM pg_advisory_xact_lock(hashtextextended('create ${table}', 0));

-- The windows of an identifier, each at the same place in the four arrays. Ends are milliseconds since 1970.
${create} IF NOT EXISTS ${table} (
  key text COLLATE "C" PRIMARY KEY,
  names text[] NOT NULL,
  ends bigint[] NOT NULL,
  used bigint[] NOT NULL,
  generations bigint[] NOT NULL,
  -- The last end, rounded up to a minute, so that most writes leave the index alone.
  expires_at bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS ${indexOf(table, 'expires_at')} ON ${table} (expires_at);

-- First results of adjustments.
${create} IF NOT EXISTS ${tokens} (
  key text COLLATE "C",
  token text COLLATE "C",
  until bigint NOT NULL,
  result text NOT NULL,
  PRIMARY KEY (key, token)
);
CREATE INDEX IF NOT EXISTS ${indexOf(tokens, 'until')} ON ${tokens} (until);

${applyFunction(names)}END $do$;
`
}

/** An index is in the schema of its table. */
function indexOf(table: string, column: string): string {
  return `"${table.replace(/^.*\./, '').replaceAll('"', '')}_${column}"`
}
