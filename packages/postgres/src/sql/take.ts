/** A take: sets `v_answer`, or `v_failure`, and changes the counters. Leaves the loop in the first pass, if it has to write. */
export const take = `            v_times := v_ops[v_at + 1];
            v_window := v_ops[v_at + 2];
            v_at := v_at + 2;
            IF v_outside THEN
              FOR i IN v_window..v_window + v_n - 1 LOOP
                IF v_ends[i] IS NULL THEN v_failure := 'o'; END IF;
              END LOOP;
            END IF;
            FOR i IN 1..v_n LOOP
              EXIT WHEN v_failure IS NOT NULL;
              v_position := array_position(s_names, p_names[v_window]);
              v_end := v_ends[v_window];
              v_count := 0;
              v_generation := 0;
              IF s_ends[v_position] > v_now THEN
                v_count := s_used[v_position];
                v_generation := s_generations[v_position];
                IF s_ends[v_position] > v_latest[v_window] THEN
                  -- The clock was turned back: a window must not last longer than its length.
                  v_writes := true;
                ELSE
                  v_end := s_ends[v_position];
                END IF;
              ELSIF v_position IS NOT NULL AND s_ends[v_position] IS NULL THEN
                v_count := NULL;
              END IF;
              IF (v_count BETWEEN 0 AND c_max AND v_generation BETWEEN 0 AND c_max) IS NOT TRUE THEN v_failure := 'n'; END IF;
              v_cost := v_ops[v_at + i];
              v_charges := v_charges OR v_cost > 0;
              v_free := p_windows[5 * v_window - 4] - v_count;
              IF v_free < 0 THEN
                v_times := 0;
              ELSIF v_cost > 0 AND v_times > v_free / v_cost THEN
                v_times := v_free / v_cost;
              END IF;
              t_positions[i] := v_position;
              t_ends[i] := v_end;
              t_used[i] := v_count;
              t_generations[i] := v_generation;
              v_window := v_window + 1;
            END LOOP;
            IF v_failure IS NULL THEN
              v_charges := v_charges AND v_times > 0;
              v_writes := v_writes OR v_charges;
              EXIT WHEN v_writes AND v_pass = 1;
              v_answer := v_times;
              FOR i IN 1..v_n LOOP
                v_count := t_used[i] + v_times * v_ops[v_at + i];
                v_position := t_positions[i];
                IF v_charges AND v_position IS NULL THEN
                  v_position := cardinality(s_names) + 1;
                  s_names[v_position] := p_names[v_window - v_n + i - 1];
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
            v_at := v_at + v_n + 1;`
