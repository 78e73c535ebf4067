import { expiresAt } from './expires-at.ts'
import type { Names } from './names.ts'

/**
 * The takes of one window by keys that have no other, all at once: most lists have only these. Rows with
 * other windows, a counter that can't be read, or an end that is too late are left to the operations. `OFFSET 0`, so that each value is
 * computed once.
 */
export function usualTakes({ table }: Names): { readonly first: string; readonly second: string } {
  const decidedFrom = (takers: string): string => `(
          SELECT s.*, s.is_usual AND s.cost > 0 AND s.taken > 0 AS writes
          FROM (
            SELECT f.key, f.place, f.w, f.cost,
              CASE WHEN f.is_open THEN f.ends ELSE v_ends[f.w] END AS ends,
              CASE WHEN f.is_open THEN f.used ELSE 0 END AS used,
              CASE WHEN f.is_open THEN f.generation ELSE 0 END AS generation,
              CASE WHEN f.is_open AND f.used > f.units THEN 0 WHEN f.cost = 0 THEN f.times
                ELSE least(f.times, (f.units - CASE WHEN f.is_open THEN f.used ELSE 0 END) / f.cost) END AS taken,
              v_ends[f.w] IS NOT NULL AND (f.names IS NULL OR f.names = '{}' OR f.names[1] = p_names[f.w] AND cardinality(f.names) = 1
                AND (f.ends <= v_latest[f.w] AND f.used BETWEEN 0 AND c_max AND f.generation BETWEEN 0 AND c_max) IS TRUE) AS is_usual
            FROM (
              SELECT k.key, k.place, p_takes[3 * k.place - 2]::int AS w, p_takes[3 * k.place - 1] AS cost, p_takes[3 * k.place] AS times,
                p_windows[5 * p_takes[3 * k.place - 2] - 4] AS units, t.names, t.ends[1] AS ends, t.used[1] AS used,
                t.generations[1] AS generation, coalesce(t.ends[1] > v_now, false) AS is_open
              FROM ${takers} AS k (key, place) LEFT JOIN ${table} AS t ON t.key = k.key OFFSET 0
            ) AS f OFFSET 0
          ) AS s OFFSET 0
        )`
  const answer = `concat(' ', d.place, ':', v_pass, d.taken, ',', d.used + d.taken * d.cost, ',', d.ends, ',', d.generation)`
  return {
    first: `        SELECT string_agg(${answer}, '') FILTER (WHERE d.is_usual AND NOT d.writes),
          array_agg(d.key) FILTER (WHERE d.writes), array_agg(d.place) FILTER (WHERE d.writes),
          array_agg(${expiresAt('d.ends')}) FILTER (WHERE d.writes), array_agg(d.place) FILTER (WHERE NOT d.is_usual)
        INTO v_answer, v_lock_takers, v_lock_places, v_lock_expiries, v_unusual FROM ${decidedFrom('unnest(p_takers) WITH ORDINALITY')} AS d;`,
    second: `        WITH decided AS MATERIALIZED ${decidedFrom('unnest(v_takers, v_places)')}, changed AS (
          UPDATE ${table} AS t SET names = ARRAY[p_names[d.w]], ends = ARRAY[d.ends], used = ARRAY[d.used + d.taken * d.cost],
            generations = ARRAY[d.generation], expires_at = ${expiresAt('d.ends')}
          FROM decided AS d WHERE t.key = d.key AND d.writes
        )
        SELECT string_agg(${answer}, '') FILTER (WHERE d.is_usual), array_agg(d.place) FILTER (WHERE NOT d.is_usual)
        INTO v_answer, v_unusual FROM decided AS d;`,
  }
}
