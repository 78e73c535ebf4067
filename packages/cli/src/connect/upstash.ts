import { UPSTASH_SCRIPT } from '@rl/redis-script'
import { Redis } from '@upstash/redis'
import { Answers } from './failures.ts'
import { clearBy, READ, readingOf, type Server, timeOf } from './server.ts'
import type { Target } from './target.ts'

/** Without it, Upstash locks the whole database for a script. */
const OWN_KEYS_ONLY = '#!lua flags=allow-key-locking\n'

/** Counters in Upstash, over its REST protocol. Nothing is sent before the first question. */
export function connectUpstash(target: Target & { readonly kind: 'upstash' }, timeoutMs: number): Server {
  const redis = new Redis({
    url: target.url,
    token: target.token,
    retry: { retries: 0 },
    signal: () => AbortSignal.timeout(timeoutMs),
    enableTelemetry: false,
    enableAutoPipelining: false,
    automaticDeserialization: false, // otherwise an identifier such as 123 is a number
  })
  const answers = new Answers(target, timeoutMs)
  const ask = <T>(reply: Promise<T>): Promise<T> => answers.wait(1, reply)
  return {
    name: target.name,
    isCluster: false,
    isBilled: true,
    get commands() {
      return answers.commands
    },
    read: async (key) => readingOf(await ask(redis.eval(OWN_KEYS_ONLY + READ, [key], []))),
    clear: (key, windows) => ask(clearBy((keys, args) => redis.eval(UPSTASH_SCRIPT.text, keys, args), key, windows)),
    nodes: () => [
      {
        time: async () => timeOf(await ask(redis.time())),
        scan: async (cursor, match, count) => {
          const [next, keys] = await ask(redis.scan(cursor, { match, count }))
          return { cursor: String(next), keys }
        },
        values: (keys) => ask(redis.mget<(string | null)[]>(...keys)),
      },
    ],
    close: () => {},
  }
}
