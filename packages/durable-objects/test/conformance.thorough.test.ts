import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { shardOf } from '../src/store/shard-of.ts'
import { TestWorker } from './support/start-worker.ts'

const SHARDS = 3
const OBJECTS = Array.from({ length: SHARDS }, (_, shard) => `rl:${shard}`)

describeCounterStore(
  'DurableObjectStore',
  async () => {
    const worker = await TestWorker.start()
    const { client } = worker
    const placeOf = (counter: { readonly scope: string; readonly id: string }): [object: string, key: string] => {
      const key = counterKey(counter)
      return [`rl:${shardOf(key, SHARDS)}`, key]
    }
    return {
      connect: () => client.store({ shards: SHARDS }),
      keys: async () => {
        // As a Redis server counts its keys: without those that have ended and are not removed yet.
        const count = "SELECT count(*) AS count FROM counters WHERE key != '' AND ends > ?"
        const counts = await Promise.all(OBJECTS.map((object) => client.sql(object, count, Date.now())))
        return counts.reduce((sum, [row]) => sum + Number(row?.count), 0)
      },
      expiresInMs: async (counter) => {
        const [object, key] = placeOf(counter)
        const [row] = await client.sql(object, 'SELECT value, ends FROM counters WHERE key = ?', key)
        const isOthers = row !== undefined && !String(row.value).includes(`"${counterName(counter.window)}"`)
        return row === undefined || isOthers ? undefined : Number(row.ends) - Date.now()
      },
      poison: async (counter, how) => {
        const [object, key] = placeOf(counter)
        await client.sql(object, 'UPDATE counters SET value = ? WHERE key = ?', how === 'wrong type' ? 5 : 'junk', key)
      },
      close: async () => {
        client.close()
        await worker.stop()
      },
    }
  },
  { histories: 100 },
)
