import type { ScriptClient } from '@rl/redis-script'

/** A client without a server: hands over the keys that each script is called with, and rejects. */
export function recordKeys(record: (keys: readonly string[]) => void): ScriptClient {
  const run = async (_: string, keys: string[]): Promise<never> => {
    record(keys)
    throw new Error('only recorded')
  }
  return { evalsha: run, eval: run }
}
