import { moveSlot, type RedisServer } from '@rl/test-servers'
import { vi } from 'vitest'
import { type FaultGroup, onStage } from '../fault.ts'
import { keyOf } from '../keys.ts'
import type { Stage } from '../stage.ts'
import { storesOn } from '../stores.ts'
import { PATIENCE, type Traffic } from '../traffic.ts'
import { trial } from '../trial.ts'

const REFUSALS = 5

export const FAILOVERS: FaultGroup = {
  title: 'Clusters and Sentinels',
  ...onStage({ replicas: 1 }),
  faults: [
    {
      title: 'slots move while commands of several identifiers are under way (`ASK`, `TRYAGAIN`, `MOVED`)',
      stores: storesOn('cluster'),
      asserted: 'no call fails: each is sent again until the slot is whole',
      play: (stage) => trial(stage, (traffic) => moveSlots(stage, traffic), { failures: 'none', deadlineMs: 10_000 }),
    },
    {
      title: 'a replica takes over as planned (`CLUSTER FAILOVER`)',
      stores: storesOn('cluster'),
      asserted: 'no counter is lost',
      play: (stage) =>
        trial(
          stage,
          async () => {
            const [replica] = stage.replicas
            if (replica === undefined) throw new Error('there is no replica')
            await replica.command('CLUSTER', 'FAILOVER')
            await untilMaster(replica)
            stage.promoted(replica)
          },
          { failures: 'any', deadlineMs: 1000 },
        ),
    },
    {
      title: 'the master dies, and a replica that is behind takes over',
      stores: storesOn('cluster', 'sentinel'),
      asserted: 'at most the limit once more (I9)',
      play: (stage) =>
        trial(stage, (traffic) => loseMaster(stage, traffic), {
          failures: 'any',
          losses: 1,
          prepare: (traffic) => leaveBehind(stage, traffic),
        }),
    },
  ],
}

/** Moves slots of identifiers in use, key by key, until commands met halves often enough. */
async function moveSlots(stage: Stage, traffic: Traffic): Promise<void> {
  const { cluster } = stage
  if (cluster === undefined) throw new Error('there is no Cluster')
  const before = await halvesMet(stage)
  while ((await halvesMet(stage)) < before + REFUSALS) {
    const shared = await sharedSlot(stage, traffic)
    if (shared !== undefined) {
      const { owner, other } = await ownerOf(stage, shared.slot)
      const moved = await moveSlot(cluster, shared.slot, owner, other)
      const met = await halvesMet(stage)
      // One of those that share the slot, not a key of earlier.
      let key = await moved.moveKey()
      while (key !== undefined && !shared.keys.includes(key)) key = await moved.moveKey()
      const { answered } = traffic
      // Either these identifiers are asked for together, or no more.
      await vi.waitFor(async () => {
        if ((await halvesMet(stage)) === met && traffic.answered < answered + 50) throw new Error('no call')
      }, PATIENCE)
      await moved.finish()
    }
    // Other identifiers are asked for by and by.
    await traffic.turnOver()
  }
}

/** A slot in which several of the identifiers that are asked for have their keys, if there is one: a command may name both. */
async function sharedSlot(
  stage: Stage,
  traffic: Traffic,
): Promise<{ readonly slot: number; readonly keys: readonly string[] } | undefined> {
  const keysBySlot = new Map<number, string[]>()
  for (const id of traffic.askedFor()) {
    const key = keyOf(stage, traffic, id)
    const slot = await slotOf(stage, key)
    keysBySlot.set(slot, [...(keysBySlot.get(slot) ?? []), key])
  }
  const [found] = [...keysBySlot].filter(([, keys]) => keys.length > 1)
  return found && { slot: found[0], keys: found[1] }
}

async function slotOf({ masters }: Stage, key: string): Promise<number> {
  return Number(await masters[0]?.command('CLUSTER', 'KEYSLOT', key))
}

/** The master that has a slot of a Cluster, and another one. */
async function ownerOf({ masters }: Stage, slot: number): Promise<{ owner: RedisServer; other: RedisServer }> {
  const ranges = (await masters[0]?.command('CLUSTER', 'SLOTS')) as [number, number, [string, number]][]
  const port = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1]
  const owner = masters.find((master) => master.port === Number(port))
  const other = masters.find((master) => master !== owner)
  if (owner === undefined || other === undefined) throw new Error(`no master has slot ${slot}`)
  return { owner, other }
}

/** How often commands were answered with TRYAGAIN so far. */
async function halvesMet(stage: Stage): Promise<number> {
  const replies = await stage.onMasters('INFO', 'errorstats')
  const counts = replies.map((reply) => Number(/errorstat_TRYAGAIN:count=(\d+)/.exec(String(reply))?.[1] ?? 0))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** A replica gets nothing that is written from now on, as if the network between it and its master were slow. */
async function leaveBehind(stage: Stage, traffic: Traffic): Promise<void> {
  const { master, replica } = await victims(stage, traffic)
  // Its link must break, or it would still read what the kernel holds for it.
  await master.command('ACL', 'SETUSER', 'default', '-psync', '-sync')
  await master.command('CLIENT', 'KILL', 'TYPE', 'replica')
  await vi.waitFor(async () => {
    const info = String(await replica.command('INFO', 'replication'))
    if (!info.includes('master_link_status:down')) throw new Error('it is still in sync')
  }, PATIENCE)
}

async function loseMaster(stage: Stage, traffic: Traffic): Promise<void> {
  const { master, replica } = await victims(stage, traffic)
  await master.kill()
  await traffic.turnOver()
  await untilMaster(replica)
  if (stage.cluster === undefined) await untilNamed(stage, replica)
  stage.promoted(replica)
}

/** The master that has a counter which is at its limit, and its replica. */
async function victims(stage: Stage, traffic: Traffic): Promise<{ master: RedisServer; replica: RedisServer }> {
  const slot = stage.cluster && (await slotOf(stage, keyOf(stage, traffic, 'standing.0')))
  const master = slot === undefined ? stage.masters[0] : (await ownerOf(stage, slot)).owner
  const replica = master && stage.replicas[stage.masters.indexOf(master)]
  if (master === undefined || replica === undefined) throw new Error('there is no replica')
  return { master, replica }
}

async function untilMaster(replica: RedisServer): Promise<void> {
  await vi.waitFor(async () => {
    if (!String(await replica.command('ROLE')).startsWith('master')) throw new Error('it is still a replica')
  }, PATIENCE)
}

/** Before, no client can know of it. */
async function untilNamed(stage: Stage, replica: RedisServer): Promise<void> {
  await vi.waitFor(async () => {
    if (!(await stage.isNamed(replica))) throw new Error('the Sentinels name another')
  }, PATIENCE)
}
