import { adjust } from './adjust.ts'
import { clear } from './clear.ts'
import type { Names } from './names.ts'
import { take } from './take.ts'
import { usualTakes } from './usual-takes.ts'
import { windows } from './windows.ts'
import { write } from './write.ts'

/**
 * The function that applies a list. Its comments are also for those who read it in their database.
 *
 * It makes two passes, because locking a row writes to it and a denial must write nothing. The first pass takes no locks: it answers denials,
 * reads and everything else that changes no row, and collects the keys of the rows that must change. The second locks these rows in the order of their
 * keys, reads the clock, and decides from the rows as they are now.
 */
export function applyFunction(names: Names): string {
  const { table, tokens, apply } = names
  return `CREATE OR REPLACE FUNCTION ${apply}(
  -- Keys with one take of one window: of each the window, the cost and the times.
  p_takers text[], p_takes bigint[],
  -- Other keys: where the operations of each begin, how many they are, and the operations.
  p_keys text[], p_starts int[], p_ops bigint[],
  -- The windows of takes: of each the limit; 0 epoch, 1 first-hit, 2 calendar; length; where its boundaries begin and end.
  p_names text[], p_windows bigint[], p_bounds bigint[],
  -- The windows of other operations, and their tokens.
  p_others text[], p_tokens text[]
) RETURNS text LANGUAGE plpgsql
-- Nobody waits for long behind a transaction that holds a row.
SET lock_timeout = '500ms'
-- Plans are kept: they must not be those for the few rows of the first minutes.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $rl$
DECLARE
  c_max CONSTANT bigint := 9007199254740991;
  v_pass int := 1;
  v_clocks text := '';
  -- Work of this pass. Takes that turn out to be unusual become operations.
  v_takers text[] := p_takers;
  v_places bigint[];
  v_keys text[] := p_keys;
  v_starts int[] := p_starts;
  v_ops bigint[] := p_ops;
  -- The clock, and for each window when it ends if it opens now, and the latest end that can be right.
  v_now bigint;
  v_ends bigint[];
  v_latest bigint[];
  v_outside boolean;
  -- Keys to lock for the second pass.
  v_lock_takers text[];
  v_lock_places bigint[];
  v_lock_expiries bigint[];
  v_lock_keys text[] := '{}';
  v_lock_starts int[] := '{}';
  v_reply text := '';
  v_answers text[] := '{}';
  -- The row at hand, its counters as they are after the operations so far, and the operation at hand.
  r record;
  s_names text[]; s_ends bigint[]; s_used bigint[]; s_generations bigint[];
  v_changed boolean; v_writes boolean; v_charges boolean;
  v_at int; v_left int; v_place int; v_kind int; v_n int; v_token int; v_window int; v_position int; v_unusual bigint[];
  v_times bigint; v_free bigint; v_cost bigint; v_end bigint; v_count bigint; v_generation bigint; v_until bigint;
  v_name text; v_answer text; v_failure text;
  t_positions int[]; t_ends bigint[]; t_used bigint[]; t_generations bigint[];
BEGIN
  LOOP
${windows}
    IF v_takers <> '{}' THEN
      IF v_pass = 1 THEN
${usualTakes(names).first}
      ELSE
${usualTakes(names).second}
      END IF;
      v_reply := v_reply || coalesce(v_answer, '');
      IF v_unusual IS NOT NULL THEN
        FOREACH v_place IN ARRAY v_unusual LOOP
          v_keys := v_keys || p_takers[v_place];
          v_starts := v_starts || cardinality(v_ops) + 1;
          v_ops := v_ops || ARRAY[1, v_place, 0, 1, p_takes[3 * v_place], p_takes[3 * v_place - 2], p_takes[3 * v_place - 1]];
        END LOOP;
      END IF;
    END IF;

    IF v_keys <> '{}' THEN
      FOR r IN
        SELECT k.key, k.start, t.names, t.ends, t.used, t.generations
        FROM unnest(v_keys, v_starts) AS k (key, start) LEFT JOIN ${table} AS t ON t.key = k.key
      LOOP
        s_names := coalesce(r.names, '{}');
        s_ends := r.ends;
        s_used := r.used;
        s_generations := r.generations;
        v_changed := false;
        v_left := v_ops[r.start];
        v_at := r.start + 1;
        WHILE v_left > 0 LOOP
          v_left := v_left - 1;
          v_place := v_ops[v_at];
          v_kind := v_ops[v_at + 1];
          v_n := v_ops[v_at + 2];
          v_at := v_at + 2;
          v_answer := NULL;
          v_failure := NULL;
          v_writes := false;
          v_charges := false;
          IF v_kind = 0 THEN
${take}
          ELSIF v_kind = 1 THEN
${adjust(tokens)}
          ELSE
${clear}
          END IF;
          v_answers := v_answers || (' ' || v_place || ':' || v_pass || coalesce(v_failure, v_answer));
        END LOOP;
${write(table)}
      END LOOP;
    END IF;

    v_takers := coalesce(v_lock_takers, '{}');
    EXIT WHEN v_pass = 2 OR v_takers = '{}' AND v_lock_keys = '{}';
    -- In the order of the keys, so that no two lists wait for each other. A key that has no row gets one.
    INSERT INTO ${table} AS t (key, names, ends, used, generations, expires_at)
    SELECT k.key, '{}', '{}', '{}', '{}', coalesce(k.expires_at, 0)
    FROM unnest(v_takers || v_lock_keys, v_lock_expiries) AS k (key, expires_at) ORDER BY k.key COLLATE "C"
    ON CONFLICT (key) DO UPDATE SET used = excluded.used WHERE false;
    v_places := v_lock_places;
    v_keys := v_lock_keys;
    v_starts := v_lock_starts;
    v_pass := 2;
  END LOOP;

  IF v_pass = 2 THEN
${removeExpired(names)}
  END IF;
  RETURN v_clocks || '|' || v_reply || array_to_string(v_answers, '');
END
$rl$;
`
}

/** Removes the rows that expired first: a few, but more than a list can add. Rows that others hold are passed over. */
function removeExpired({ table, tokens }: Names): string {
  return `    DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${table} WHERE expires_at <= v_now ORDER BY expires_at
      LIMIT 8 + 2 * cardinality(p_takers || p_keys) FOR UPDATE SKIP LOCKED));
    IF p_tokens <> '{}' THEN
      DELETE FROM ${tokens} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${tokens} WHERE until <= v_now ORDER BY until
        LIMIT 8 + 2 * cardinality(p_tokens) FOR UPDATE SKIP LOCKED));
    END IF;`
}
