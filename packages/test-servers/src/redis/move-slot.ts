import { isArray } from '../resp/resp.ts'
import type { RedisServer } from './launch.ts'
import { poll } from './poll.ts'
import type { RedisCluster } from './start-cluster.ts'

/** A slot on its way, which {@link moveSlot} makes. */
export interface MovedSlot {
  /** Moves one key of the slot, which one is up to Redis. Resolves with its name, or undefined when none is left. */
  moveKey(): Promise<string | undefined>
  /** Moves the keys that are left, gives the slot to its new node, and resolves once all nodes know. */
  finish(): Promise<void>
}

/**
 * Begins to move a slot of a running Cluster: from then until `finish`, commands about keys that were moved are answered
 * with ASK, and those about several keys of which some were moved with TRYAGAIN.
 *
 * @example
 * const moved = await moveSlot(cluster, 0, first, second)
 * await moved.moveKey()
 * await moved.finish()
 */
export async function moveSlot(
  cluster: RedisCluster,
  slot: number,
  from: RedisServer,
  to: RedisServer,
): Promise<MovedSlot> {
  const [fromId, toId] = await Promise.all(
    [from, to].map(async (node) => String(await node.command('CLUSTER', 'MYID'))),
  )
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '')
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '')

  const moveKey = async (): Promise<string | undefined> => {
    const keys = await from.command('CLUSTER', 'GETKEYSINSLOT', slot, 1)
    const [key] = isArray(keys) ? keys : []
    if (key === undefined) return undefined
    // NOKEY, where it expired meanwhile, is as good.
    await from.command('MIGRATE', '127.0.0.1', to.port, String(key), 0, 5000)
    return String(key)
  }
  const finish = async (): Promise<void> => {
    while ((await moveKey()) !== undefined);
    for (const node of [to, from, ...cluster.nodes.filter((each) => each !== to && each !== from)]) {
      await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '').catch(ignoreReplica)
    }
    await Promise.all(cluster.nodes.map((node) => untilItKnows(node, slot, to)))
  }
  return { moveKey, finish }
}

/** Replicas are told by their masters. */
function ignoreReplica(error: Error): void {
  // Valkey may come to say "primaries".
  if (!/only with (masters|primaries)/.test(error.message)) throw error
}

async function untilItKnows(node: RedisServer, slot: number, owner: RedisServer): Promise<void> {
  await poll(`the node on port ${node.port} to know the slot's new owner`, async () => {
    const ranges = await node.command('CLUSTER', 'SLOTS')
    const range = (isArray(ranges) ? ranges : []).find(
      (each) => isArray(each) && Number(each[0]) <= slot && slot <= Number(each[1]),
    )
    const master = isArray(range) ? range[2] : undefined
    return isArray(master) && Number(master[1]) === owner.port ? true : undefined
  })
}
