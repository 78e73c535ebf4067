import type { ScriptClient } from '@rl/redis-script'

const NOW = 1_768_480_230_000

/**
 * A server without a server: hands over the keys that each script is called with, and admits every caller. For takes of one
 * call each, under windows that are all anchored at their first hit.
 */
export function recordKeys(windowsEach: number, record: (keys: readonly string[]) => void): ScriptClient {
  const admit = async (_: string, keys: string[]): Promise<unknown> => {
    record(keys)
    const reply = [NOW]
    for (let at = 0; at < keys.length; at++) {
      if (at % windowsEach === 0) reply.push(1)
      reply.push(1, NOW + 60_000)
    }
    return reply
  }
  return { evalsha: admit, eval: admit, del: async () => 0 }
}
