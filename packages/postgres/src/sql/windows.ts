/** Reads the clock, and computes for each window of a take when it ends if it opens now. NULL: the clock is outside of a calendar. */
export const windows = `    v_now := floor(extract(epoch FROM clock_timestamp()) * 1000);
    v_clocks := v_clocks || v_now || ' ';
    v_outside := false;
    FOR w IN 1..cardinality(p_names) LOOP
      v_at := 5 * w;
      v_end := p_windows[v_at - 2];
      IF p_windows[v_at - 3] = 0 THEN
        v_ends[w] := v_now - v_now % v_end + v_end;
        v_latest[w] := v_ends[w];
      ELSIF p_windows[v_at - 3] = 1 THEN
        v_ends[w] := least(v_now + v_end, c_max);
        v_latest[w] := v_ends[w];
      ELSE
        v_ends[w] := NULL;
        v_latest[w] := v_now + v_end;
        IF p_bounds[p_windows[v_at - 1]] <= v_now THEN
          FOR i IN p_windows[v_at - 1]..p_windows[v_at] LOOP
            IF p_bounds[i] > v_now THEN
              v_ends[w] := p_bounds[i];
              EXIT;
            END IF;
          END LOOP;
        END IF;
        v_outside := v_outside OR v_ends[w] IS NULL;
      END IF;
    END LOOP;`
