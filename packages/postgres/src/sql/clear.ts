/** A clear, as `take`. Removes first-hit counters, and counters that can't be read. */
export const clear = `            v_answer := 'c';
            FOR i IN 1..v_n LOOP
              v_name := p_others[v_ops[v_at + i]];
              v_position := array_position(s_names, v_name);
              IF v_position IS NOT NULL AND (s_ends[v_position] > v_now) IS NOT FALSE THEN
                v_writes := true;
                EXIT WHEN v_pass = 1;
                IF left(v_name, 1) <> 'f' AND s_ends[v_position] > v_now AND s_used[v_position] BETWEEN 0 AND c_max
                  AND s_generations[v_position] BETWEEN 0 AND c_max THEN
                  s_used[v_position] := 0;
                  s_generations[v_position] := s_generations[v_position] + 1;
                ELSE
                  s_ends[v_position] := 0;
                END IF;
              END IF;
            END LOOP;
            EXIT WHEN v_writes AND v_pass = 1;
            v_changed := v_changed OR v_writes;
            v_at := v_at + v_n + 1;`
