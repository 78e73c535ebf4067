import { expiresAt } from './expires-at.ts'

/** Writes the counters of a row, without those that have ended. In the first pass, the row is to be locked first. */
export function write(table: string): string {
  return `        IF v_writes AND v_pass = 1 THEN
          v_lock_keys := v_lock_keys || r.key;
          v_lock_starts := v_lock_starts || r.start;
        ELSIF v_changed THEN
          v_end := v_now;
          v_n := 0;
          FOR i IN 1..cardinality(s_names) LOOP
            IF (s_ends[i] > v_now) IS NOT FALSE THEN
              v_n := v_n + 1;
              s_names[v_n] := s_names[i];
              s_ends[v_n] := s_ends[i];
              s_used[v_n] := s_used[i];
              s_generations[v_n] := s_generations[i];
              v_end := greatest(v_end, s_ends[i]);
            END IF;
          END LOOP;
          UPDATE ${table} SET names = s_names[1:v_n], ends = s_ends[1:v_n], used = s_used[1:v_n], generations = s_generations[1:v_n],
            expires_at = ${expiresAt('least(v_end, c_max)')}
          WHERE key = r.key;
        END IF;`
}
