import type { CounterStore, Operation, Window } from '@rl/core'
import type { RedisServer } from '@rl/test-servers'

const window: Window = { limit: 10, windowMs: 365 * 86_400_000, anchor: 'epoch' }
const firstHit: Window = { ...window, anchor: 'first-hit' }

/**
 * All that a store does: creates, counts up alone and in lists, reads, heals, gives back, clears, and loads its script. Rejects
 * if any of it fails.
 *
 * @param servers One, or the nodes of a Cluster.
 * @param keyOf The key of an identifier's counter.
 */
export async function useEverything(
  store: CounterStore,
  servers: readonly RedisServer[],
  keyOf: (id: string) => string,
): Promise<void> {
  /** Nodes of a Cluster reject commands for keys of others. */
  const onKey = (...command: string[]): Promise<unknown> =>
    Promise.any(servers.map((server) => server.command(...command)))
  const apply = async (...operations: Operation[]): Promise<void> => {
    for (const reply of await store.apply(operations)) if (reply instanceof Error) throw reply
  }
  const take = (id: string, cost: number): Operation => ({
    ...{ kind: 'take', scope: 'api', id, windows: [window], costs: [cost], times: 1 },
  })
  for (const command of [['FLUSHALL'], ['SCRIPT', 'FLUSH']]) {
    await Promise.all(servers.map((server) => server.command(...command)))
  }
  await apply(take('a', 1))
  await apply(take('a', 1))
  await apply(take('a', 1), take('b', 1), take('a', 0))
  // An expiry that was lost is found by every 64th read.
  await onKey('PERSIST', keyOf('a'))
  for (let i = 0; i < 2000 && (await onKey('PTTL', keyOf('a'))) === -1; i++) await apply(take('a', 0))
  const [end] = /\d{13}/.exec(String(await onKey('GET', keyOf('a')))) ?? []
  const windows = [{ ...window, resetAt: Number(end), generation: 0, change: -1 }]
  const token = { id: 'token', until: Date.now() + 60_000 }
  await apply({ kind: 'adjust', scope: 'api', id: 'a', windows, token })
  await apply({ kind: 'clear', scope: 'api', id: 'a', windows: [firstHit, window] })
  await apply({ ...take('a', 1), windows: [firstHit] } as Operation)
  await apply({ kind: 'clear', scope: 'api', id: 'b', windows: [window] })
  await onKey('SET', keyOf('c'), 'junk')
  await apply({ kind: 'clear', scope: 'api', id: 'c', windows: [window] })
}
