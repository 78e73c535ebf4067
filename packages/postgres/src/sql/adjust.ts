/** An adjustment, as `take`. */
export function adjust(tokens: string): string {
  return `            v_token := v_ops[v_at + 1];
            v_until := v_ops[v_at + 2];
            v_at := v_at + 3;
            IF v_token > 0 THEN
              SELECT '=' || t.result INTO v_answer FROM ${tokens} AS t
              WHERE t.key = r.key AND t.token = p_tokens[v_token] AND t.until > v_now;
            END IF;
            IF v_answer IS NULL THEN
              v_answer := '';
              FOR i IN 1..v_n LOOP
                v_window := v_at + 4 * i - 4;
                v_position := array_position(s_names, p_others[v_ops[v_window]]);
                v_end := s_ends[v_position];
                v_count := s_used[v_position];
                v_generation := s_generations[v_position];
                t_positions[i] := NULL;
                IF v_position IS NULL OR v_end <= v_now OR v_end <> v_ops[v_window + 1] OR v_generation <> v_ops[v_window + 2] THEN
                  v_answer := v_answer || ',x';
                ELSIF (v_end > v_now AND v_count BETWEEN 0 AND c_max AND v_generation BETWEEN 0 AND c_max) IS NOT TRUE THEN
                  v_failure := 'n';
                ELSE
                  v_cost := greatest(v_ops[v_window + 3], -v_count);
                  IF v_cost > c_max - v_count THEN v_failure := 'm'; END IF;
                  t_positions[i] := v_position;
                  t_used[i] := v_count + v_cost;
                  v_charges := true;
                  v_writes := v_writes OR v_cost <> 0 OR v_token > 0;
                  v_answer := v_answer || ',' || v_cost || ':' || t_used[i];
                END IF;
              END LOOP;
              v_answer := substr(v_answer, 2);
              IF v_failure IS NULL AND v_charges AND v_token > 0 AND v_until <= v_now THEN v_failure := 's'; END IF;
              v_writes := v_writes AND v_failure IS NULL;
              EXIT WHEN v_writes AND v_pass = 1;
              IF v_writes THEN
                FOR i IN 1..v_n LOOP
                  IF t_positions[i] IS NOT NULL THEN s_used[t_positions[i]] := t_used[i]; END IF;
                END LOOP;
                v_changed := true;
                IF v_token > 0 THEN
                  INSERT INTO ${tokens} AS t (key, token, until, result) VALUES (r.key, p_tokens[v_token], v_until, v_answer)
                  ON CONFLICT (key, token) DO UPDATE SET until = excluded.until, result = excluded.result;
                END IF;
              END IF;
            END IF;
            v_at := v_at + 4 * v_n;`
}
