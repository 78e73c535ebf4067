import type { Names } from './names.ts'

/** The function that applies a list. Its comments are for those who read it in their database. */
export function applyFunction({ table, tokens, apply }: Names): string {
  return `
CREATE OR REPLACE FUNCTION ${apply}(
  p_keys text[], p_starts int[], p_ops bigint[], p_names text[], p_windows bigint[], p_bounds bigint[], p_tokens text[]
) RETURNS text LANGUAGE plpgsql
-- Nobody waits for long behind a transaction that holds a row.
SET lock_timeout = '500ms'
-- The plans are kept: they must not be those for the few rows of the first minutes.
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $rl$
DECLARE
  c_max CONSTANT bigint := 9007199254740991;
  v_keys text[] := p_keys;
  v_starts int[] := p_starts;
  v_lock_keys text[] := '{}';
  v_lock_starts int[] := '{}';
  v_clocks text := '';
  v_now bigint;
  v_outside boolean := false;
  v_ends bigint[] := '{}';
  v_latest bigint[] := '{}';
  v_answers text[] := '{}';
  r record;
  s_names text[]; s_ends bigint[]; s_used bigint[]; s_generations bigint[];
  v_changed boolean; v_writes boolean; v_charges boolean;
  v_at int; v_left int; v_place int; v_kind int; v_n int; v_token int;
  v_times bigint; v_free bigint; v_cost bigint; v_end bigint; v_count bigint; v_generation bigint; v_until bigint;
  v_position int; v_w int; v_b int;
  v_name text; v_answer text; v_failure text;
  t_positions int[]; t_ends bigint[]; t_used bigint[]; t_generations bigint[];
BEGIN
  -- 1: reads without locks, and answers what writes nothing. 2: the rest, with its rows locked.
  FOR v_pass IN 1..2 LOOP
    v_now := NULL;
    FOR r IN
      SELECT k.key, k.start, t.names, t.ends, t.used, t.generations
      FROM unnest(v_keys, v_starts) AS k (key, start) LEFT JOIN ${table} t ON t.key = k.key
    LOOP
      IF v_now IS NULL THEN
        -- After the rows' snapshot was taken, and in the second pass after they were locked.
        v_now := floor(extract(epoch FROM clock_timestamp()) * 1000);
        v_clocks := v_clocks || v_now || ' ';
        v_outside := false;
        FOR v_w IN 1..cardinality(p_windows) / 6 LOOP
          v_at := 6 * v_w - 5;
          v_end := p_windows[v_at + 3];
          IF p_windows[v_at + 2] = 0 THEN
            v_ends[v_w] := v_now - v_now % v_end + v_end;
            v_latest[v_w] := v_ends[v_w];
          ELSIF p_windows[v_at + 2] = 1 THEN
            v_ends[v_w] := least(v_now + v_end, c_max);
            v_latest[v_w] := v_ends[v_w];
          ELSE
            v_latest[v_w] := v_now + v_end;
            v_ends[v_w] := NULL;
            IF p_bounds[p_windows[v_at + 4]] <= v_now THEN
              FOR v_b IN p_windows[v_at + 4]..p_windows[v_at + 5] LOOP
                IF p_bounds[v_b] > v_now THEN
                  v_ends[v_w] := p_bounds[v_b];
                  EXIT;
                END IF;
              END LOOP;
            END IF;
            v_outside := v_outside OR v_ends[v_w] IS NULL;
          END IF;
        END LOOP;
      END IF;

      s_names := coalesce(r.names, '{}');
      s_ends := r.ends;
      s_used := r.used;
      s_generations := r.generations;
      v_changed := false;
      v_writes := false;
      v_left := p_ops[r.start];
      v_at := r.start + 1;
      WHILE v_left > 0 LOOP
        v_left := v_left - 1;
        v_place := p_ops[v_at];
        v_kind := p_ops[v_at + 1];
        v_n := p_ops[v_at + 2];
        v_answer := NULL;
        v_failure := NULL;
        v_writes := false;
        v_charges := false;
        IF v_kind = 0 THEN
          v_times := p_ops[v_at + 3];
          v_w := p_ops[v_at + 4];
          v_at := v_at + 4;
          IF v_outside THEN
            FOR i IN 0..v_n - 1 LOOP
              IF v_ends[v_w + i] IS NULL THEN v_failure := 'o'; END IF;
            END LOOP;
          END IF;
          FOR i IN 1..v_n LOOP
            EXIT WHEN v_failure IS NOT NULL;
            v_position := array_position(s_names, p_names[p_windows[6 * v_w - 5]]);
            v_end := v_ends[v_w];
            v_count := 0;
            v_generation := 0;
            IF v_position IS NOT NULL THEN
              IF s_ends[v_position] > v_now THEN
                v_count := s_used[v_position];
                v_generation := s_generations[v_position];
                IF s_ends[v_position] > v_latest[v_w] THEN
                  -- The clock was turned back: a window must not last longer than its length.
                  v_writes := true;
                ELSE
                  v_end := s_ends[v_position];
                END IF;
              ELSIF s_ends[v_position] IS NULL THEN
                v_count := NULL;
              END IF;
              IF v_count IS NULL OR v_count < 0 OR v_count > c_max OR v_generation IS NULL OR v_generation < 0 THEN
                v_failure := 'n';
              END IF;
            END IF;
            v_cost := p_ops[v_at + i];
            v_charges := v_charges OR v_cost > 0;
            v_free := p_windows[6 * v_w - 4] - v_count;
            IF v_free < 0 THEN
              v_times := 0;
            ELSIF v_cost > 0 AND v_times > v_free / v_cost THEN
              v_times := v_free / v_cost;
            END IF;
            t_positions[i] := v_position;
            t_ends[i] := v_end;
            t_used[i] := v_count;
            t_generations[i] := v_generation;
            v_w := v_w + 1;
          END LOOP;
          IF v_failure IS NULL THEN
            v_charges := v_charges AND v_times > 0;
            v_writes := v_writes OR v_charges;
            EXIT WHEN v_writes AND v_pass = 1;
            v_answer := v_times;
            FOR i IN 1..v_n LOOP
              v_count := t_used[i] + v_times * p_ops[v_at + i];
              v_position := t_positions[i];
              IF v_charges AND v_position IS NULL THEN
                v_position := cardinality(s_names) + 1;
                s_names[v_position] := p_names[p_windows[6 * (v_w - v_n + i - 1) - 5]];
              END IF;
              IF v_charges OR v_writes AND s_ends[v_position] > v_now THEN
                s_ends[v_position] := t_ends[i];
                s_used[v_position] := v_count;
                s_generations[v_position] := t_generations[i];
              END IF;
              v_answer := v_answer || ',' || v_count || ',' || t_ends[i] || ',' || t_generations[i];
            END LOOP;
            v_changed := v_changed OR v_writes;
          END IF;
          v_at := v_at + v_n + 1;
        ELSIF v_kind = 1 THEN
          v_token := p_ops[v_at + 3];
          v_until := p_ops[v_at + 4];
          v_at := v_at + 5;
          IF v_token > 0 THEN
            SELECT '=' || result INTO v_answer FROM ${tokens}
            WHERE key = r.key AND token = p_tokens[v_token] AND until > v_now;
          END IF;
          IF v_answer IS NULL THEN
            v_answer := '';
            FOR i IN 0..v_n - 1 LOOP
              v_w := v_at + 4 * i;
              v_position := array_position(s_names, p_names[p_ops[v_w]]);
              v_end := s_ends[v_position];
              v_count := s_used[v_position];
              v_generation := s_generations[v_position];
              IF v_position IS NULL OR v_end <= v_now OR v_end <> p_ops[v_w + 1] THEN
                t_positions[i + 1] := NULL;
                v_answer := v_answer || ',x';
              ELSIF v_end IS NULL OR v_count IS NULL OR v_count < 0 OR v_count > c_max OR v_generation IS NULL THEN
                v_failure := 'n';
              ELSIF v_generation <> p_ops[v_w + 2] THEN
                t_positions[i + 1] := NULL;
                v_answer := v_answer || ',x';
              ELSE
                v_cost := greatest(p_ops[v_w + 3], -v_count);
                IF v_cost > c_max - v_count THEN v_failure := 'm'; END IF;
                t_positions[i + 1] := v_position;
                t_used[i + 1] := v_count + v_cost;
                v_charges := true;
                v_writes := v_writes OR v_cost <> 0 OR v_token > 0;
                v_answer := v_answer || ',' || v_cost || ':' || v_count + v_cost;
              END IF;
            END LOOP;
            v_answer := substr(v_answer, 2);
            IF v_failure IS NULL AND v_charges AND v_token > 0 AND v_until <= v_now THEN v_failure := 's'; END IF;
            IF v_failure IS NULL AND v_writes THEN
              EXIT WHEN v_pass = 1;
              FOR i IN 1..v_n LOOP
                IF t_positions[i] IS NOT NULL THEN s_used[t_positions[i]] := t_used[i]; END IF;
              END LOOP;
              v_changed := true;
              IF v_token > 0 THEN
                INSERT INTO ${tokens} AS t (key, token, until, result)
                VALUES (r.key, p_tokens[v_token], v_until, v_answer)
                ON CONFLICT (key, token) DO UPDATE SET until = excluded.until, result = excluded.result;
              END IF;
            END IF;
          END IF;
          v_at := v_at + 4 * v_n;
        ELSE
          v_at := v_at + 2;
          v_answer := 'c';
          FOR i IN 1..v_n LOOP
            v_name := p_names[p_ops[v_at + i]];
            v_position := array_position(s_names, v_name);
            IF v_position IS NOT NULL AND (s_ends[v_position] > v_now) IS NOT FALSE THEN
              v_writes := true;
              EXIT WHEN v_pass = 1;
              v_changed := true;
              IF left(v_name, 1) <> 'f' AND s_ends[v_position] > v_now AND s_used[v_position] BETWEEN 0 AND c_max
                AND s_generations[v_position] >= 0 THEN
                s_used[v_position] := 0;
                s_generations[v_position] := s_generations[v_position] + 1;
              ELSE
                s_ends[v_position] := 0;
              END IF;
            END IF;
          END LOOP;
          EXIT WHEN v_writes AND v_pass = 1;
          v_at := v_at + v_n + 1;
        END IF;
        v_answers[v_place] := v_pass || coalesce(v_failure, v_answer);
      END LOOP;

      IF v_writes AND v_pass = 1 THEN
        v_lock_keys := array_append(v_lock_keys, r.key);
        v_lock_starts := array_append(v_lock_starts, r.start);
      ELSIF v_changed THEN
        v_end := v_now;
        v_w := 0;
        FOR i IN 1..cardinality(s_names) LOOP
          IF (s_ends[i] > v_now) IS NOT FALSE THEN
            v_w := v_w + 1;
            IF v_w < i THEN
              s_names[v_w] := s_names[i];
              s_ends[v_w] := s_ends[i];
              s_used[v_w] := s_used[i];
              s_generations[v_w] := s_generations[i];
            END IF;
            v_end := greatest(v_end, s_ends[i]);
          END IF;
        END LOOP;
        IF v_w < cardinality(s_names) THEN
          s_names := s_names[1:v_w];
          s_ends := s_ends[1:v_w];
          s_used := s_used[1:v_w];
          s_generations := s_generations[1:v_w];
        END IF;
        UPDATE ${table} SET names = s_names, ends = s_ends, used = s_used, generations = s_generations,
          expires_at = (v_end + 59999) / 60000 * 60000
        WHERE key = r.key;
      END IF;
    END LOOP;

    EXIT WHEN v_pass = 2 OR v_lock_keys = '{}';
    -- In the order of the keys, so that no two lists wait for each other. A key that has no row gets one.
    INSERT INTO ${table} AS t (key, names, ends, used, generations, expires_at)
    SELECT k.key, '{}', '{}', '{}', '{}', 0 FROM unnest(v_lock_keys) AS k (key) ORDER BY k.key COLLATE "C"
    ON CONFLICT (key) DO UPDATE SET used = excluded.used WHERE false;
    v_keys := v_lock_keys;
    v_starts := v_lock_starts;
  END LOOP;

  IF v_lock_keys <> '{}' THEN
    DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${table} WHERE expires_at <= v_now ORDER BY expires_at
      LIMIT 8 + 2 * cardinality(v_keys) FOR UPDATE SKIP LOCKED));
    DELETE FROM ${tokens} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${tokens} WHERE until <= v_now ORDER BY until
      LIMIT 8 + 2 * cardinality(p_tokens) FOR UPDATE SKIP LOCKED));
  END IF;
  RETURN v_clocks || '|' || array_to_string(v_answers, ' ');
END
$rl$;
`
}
