import type { CounterStore, Operation, Reply, Take } from '@rl/core'
import { checkReply } from './check-reply.ts'

/** Asks a store in one way. An error may come in the place of each reply. */
export interface Asker {
  /** Answers one operation. */
  ask(operation: Operation): Promise<Reply | Error>
  /** Answers operations in order. */
  askAll(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]>
  /** Answers many operations as fast as the store can, in lists of 1,000. */
  askMany(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]>
  /** The store, with only those capabilities that belong to this way: for limiters. */
  readonly limited: CounterStore
}

/** One of the ways in which a store can be asked. Each case runs once for each way that its store has. */
interface Way {
  readonly name: string
  /** `undefined` if the store can't be asked in this way. */
  askerOf(store: CounterStore): Asker | undefined
}

type AnswersAtOnce = (operation: Operation) => Reply | Error

export const WAYS: readonly Way[] = [
  {
    name: 'apply, one by one',
    askerOf: (store) => inTurn(store, (operation) => applyOne(store, operation), onlyApply(store)),
  },
  { name: 'apply, in lists', askerOf: (store) => inLists(store) },
  {
    name: 'answersAtOnce',
    askerOf: (store) => {
      const atOnce = store.capabilities?.answersAtOnce
      return atOnce && inTurn(store, async (operation) => answerAtOnce(atOnce, operation), store)
    },
  },
  {
    name: 'apply and answersAtOnce by turns',
    askerOf: (store) => {
      const atOnce = store.capabilities?.answersAtOnce
      if (atOnce === undefined) return undefined
      // Not every second one: cases have loops of two.
      let turn = 0
      const ask = (operation: Operation): Promise<Reply | Error> | Reply | Error =>
        (turn++ * 3) % 5 < 2 ? answerAtOnce(atOnce, operation) : applyOne(store, operation)
      return inTurn(store, async (operation) => ask(operation), store)
    },
  },
]

/** A list of exactly these operations, with each reply checked. */
async function applyList(store: CounterStore, operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
  const replies = await store.apply(operations)
  if (replies.length !== operations.length) {
    throw new Error(`${operations.length} operations got ${replies.length} replies`)
  }
  return replies.map((reply, i) => checkReply(operations[i] as Operation, reply))
}

async function applyOne(store: CounterStore, operation: Operation): Promise<Reply | Error> {
  return (await applyList(store, [operation]))[0] as Reply | Error
}

/** The reply object may be used again: it is copied at once. */
function answerAtOnce(atOnce: AnswersAtOnce, operation: Operation): Reply | Error {
  try {
    const reply = atOnce(operation)
    return reply instanceof Error ? reply : checkReply(operation, structuredClone(reply))
  } catch (error) {
    return error as Error
  }
}

function inTurn(store: CounterStore, ask: Asker['ask'], limited: CounterStore): Asker {
  return {
    limited,
    ask,
    askAll: async (operations) => {
      const replies: (Reply | Error)[] = []
      for (const operation of operations) replies.push(await ask(operation))
      return replies
    },
    askMany: (operations) => applyMany(store, operations),
  }
}

async function applyMany(store: CounterStore, operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
  const replies: (Reply | Error)[] = []
  for (let i = 0; i < operations.length; i += 1000) {
    replies.push(...(await applyList(store, operations.slice(i, i + 1000))))
  }
  return replies
}

/** Reads a counter that nobody takes from. */
const NEIGHBOUR: Take = {
  ...{ kind: 'take', scope: 'conformance', id: 'neighbour', costs: [0], times: 1 },
  windows: [{ limit: 1, windowMs: 60_000, anchor: 'epoch' }],
}

/** Calls of one turn travel in one list, between neighbours. */
function inLists(store: CounterStore): Asker {
  let waiting: Operation[] = []
  let sent: Promise<readonly (Reply | Error)[]> | undefined
  const send = async (): Promise<readonly (Reply | Error)[]> => {
    await Promise.resolve()
    const operations = [NEIGHBOUR, ...waiting, NEIGHBOUR]
    waiting = []
    sent = undefined
    return applyList(store, operations)
  }
  return {
    limited: onlyApply(store),
    ask: async (operation) => {
      const place = waiting.push(operation)
      sent ??= send()
      return (await sent)[place] as Reply | Error
    },
    askAll: (operations) => applyList(store, operations),
    askMany: (operations) => applyMany(store, operations),
  }
}

/** Without `sharedBy`: limiters over it don't share a dispatcher with limiters that are asked in another way. */
function onlyApply(store: CounterStore): CounterStore {
  const { parallelism, resends, label } = store.capabilities ?? {}
  return { apply: (operations) => store.apply(operations), capabilities: { parallelism, resends, label } }
}
