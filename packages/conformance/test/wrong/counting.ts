import type { CounterState, CounterWindow, Operation, Outside, Reply, Subject, Take, TakeReply, Window } from '@rl/core'
import { type Found, PlainStore, timesThatFit } from '../plain-store.ts'

/** Two takes may read the same count before either writes. */
export class ReadsThenWrites extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies: (Reply | Error)[] = []
    for (const operation of operations) {
      if (operation.kind !== 'take') replies.push(this.answer(operation))
      else {
        const now = this.now()
        const found = operation.windows.map((window) =>
          this.findToTake(operation, window, now, this.endOf(window, now) ?? 0),
        )
        await Promise.resolve()
        replies.push(this.charge(operation, found, this.fitting(operation, found), now))
      }
    }
    return replies
  }
}

export class OffByOne extends PlainStore {
  protected override fitting({ windows, costs, times }: Take, found: readonly Found[]): number {
    const free = windows.map(({ limit }, i) => limit + 1 - (found[i]?.used ?? 0))
    return Math.min(...free.map((units, i) => timesThatFit(units, costs[i] ?? 0, times)))
  }
}

export class DeniesTheLastUnit extends PlainStore {
  protected override fitting({ windows, costs, times }: Take, found: readonly Found[]): number {
    const free = windows.map(({ limit }, i) => limit - 1 - (found[i]?.used ?? 0))
    return Math.min(...free.map((units, i) => timesThatFit(units, costs[i] ?? 0, times)))
  }
}

export class IgnoresTimes extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    return super.fitting({ ...take, times: 1 }, found)
  }
}

/** All of `times` or nothing, as one take of `times * cost` would have it. */
export class AllTimesOrNone extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    const taken = super.fitting(take, found)
    return taken === take.times ? taken : 0
  }
}

/** Counts as a 32-bit integer would. */
export class CountsIn32Bits extends PlainStore {
  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    super.write(found, { ...value, used: value.used >>> 0 }, window, now)
  }
}

/** Divides as doubles do. */
export class RoundsQuotients extends PlainStore {
  protected override fitting({ windows, costs, times }: Take, found: readonly Found[]): number {
    const fits = windows.map(({ limit }, i) => {
      const free = limit - (found[i]?.used ?? 0)
      return costs[i] === 0 ? timesThatFit(free, 0, times) : Math.max(0, Math.round(free / (costs[i] ?? 1) - 0.5))
    })
    return Math.min(times, ...fits)
  }
}

/** Each window takes what it has room for, whatever the others say. */
export class ChargesSiblings extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const windows = found.map((counter, i) => {
      const alone = { ...take, windows: take.windows.slice(i, i + 1), costs: take.costs.slice(i, i + 1) }
      return super.charge(alone, [counter], this.fitting(alone, [counter]), now).windows[0] as CounterState
    })
    return { timesTaken, now, windows }
  }
}

/** Takes back what the others were charged when one of them denies, but leaves their counters behind. */
export class OpensSiblings extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    if (timesTaken === 0 && take.windows.length > 1) {
      for (const [i, counter] of found.entries()) this.write(counter, counter, take.windows[i] as Window, now)
    }
    return super.charge(take, found, timesTaken, now)
  }
}

/** The first cost for all windows, as if there were one. */
export class FirstCostForAll extends PlainStore {
  protected override take(take: Take): TakeReply | Outside {
    return super.take({ ...take, costs: take.costs.map(() => take.costs[0] ?? 0) })
  }
}

export class OnlyFirstWindow extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    return super.fitting({ ...take, windows: take.windows.slice(0, 1) }, found)
  }
}

/** Opens only the windows that are charged. */
export class OpensChargedOnly extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const reply = super.charge({ ...take, costs: take.costs.map(() => 0) }, found, 0, now)
    const windows = reply.windows.map((state, i) => {
      const cost = take.costs[i] ?? 0
      const after = { ...state, used: state.used + timesTaken * cost }
      if (timesTaken * cost > 0) this.write(found[i] as Found, after, take.windows[i] as Window, now)
      return after
    })
    return { timesTaken, now, windows }
  }
}

/** Each limit has its own counter. */
export class LimitInKey extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return `${super.address(subject, window)}${'limit' in window ? window.limit : ''}`
  }
}

/** Remembers that an identifier was denied, whatever limit comes next. */
export class RemembersDenials extends PlainStore {
  readonly #denied = new Map<string, TakeReply>()

  protected override take(take: Take): TakeReply | Outside {
    const key = JSON.stringify([
      take.scope,
      take.id,
      take.windows.map((window) => this.address(take, window)),
      take.costs,
    ])
    const known = this.#denied.get(key)
    if (known?.windows.every(({ resetAt }) => resetAt > this.now())) return known
    const reply = super.take(take)
    if ('timesTaken' in reply && reply.timesTaken === 0) this.#denied.set(key, reply)
    return reply
  }
}

/** Answers the windows in the order of their ends. */
export class SortsWindows extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const reply = super.charge(take, found, timesTaken, now)
    return { ...reply, windows: reply.windows.toSorted((a, b) => a.resetAt - b.resetAt) }
  }
}

/** Says how many units were taken instead of how often. */
export class CountsUnitsTaken extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    return {
      ...super.charge(take, found, timesTaken, now),
      timesTaken: Math.min(take.times, timesTaken * (take.costs[0] ?? 1)),
    }
  }
}
