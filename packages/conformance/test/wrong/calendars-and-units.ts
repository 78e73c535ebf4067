import type { CounterState, CounterWindow, Outside, Subject, Take, TakeReply, Window } from '@rl/core'
import { type Found, PlainStore } from '../plain-store.ts'

/** Takes whatever the clock says. */
export class NeverOutside extends PlainStore {
  protected override endOf(window: Window, now: number): number | undefined {
    return super.endOf(window, now) ?? (window.anchor === 'calendar' ? now + window.longestMs : undefined)
  }
}

/** Looks at the last boundary only. */
export class OutsideAfterOnly extends PlainStore {
  protected override endOf(window: Window, now: number): number | undefined {
    return window.anchor === 'calendar' ? window.ends.find((end) => end > now) : super.endOf(window, now)
  }
}

/** A boundary belongs to the window that it ends. */
export class BoundaryEndsLate extends PlainStore {
  protected override endOf(window: Window, now: number): number | undefined {
    if (window.anchor !== 'calendar') return super.endOf(window, now)
    const end = super.endOf(window, Math.max(window.ends[0] ?? 0, now - 1))
    return end === now ? now + 1 : end
  }
}

/** Remembers boundaries by the window, as if they stayed the same. */
export class BoundariesRemembered extends PlainStore {
  readonly #ends: WeakMap<Window, readonly number[]> = new WeakMap()

  protected override endOf(window: Window, now: number): number | undefined {
    if (window.anchor !== 'calendar') return super.endOf(window, now)
    const ends = this.#ends.get(window) ?? window.ends
    this.#ends.set(window, ends)
    return super.endOf({ ...window, ends }, now)
  }
}

/** The take's boundaries win over the stored end. */
export class CandidatesWin extends PlainStore {
  protected override findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = super.findToTake(subject, window, now, end)
    return window.anchor === 'calendar' ? { ...found, resetAt: end } : found
  }
}

/** A counter with another end than the take's is no counter. */
export class OtherEndIsAnotherCounter extends PlainStore {
  protected override findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = super.findToTake(subject, window, now, end)
    if (window.anchor !== 'calendar' || found.resetAt === end) return found
    return { ...found, used: 0, resetAt: end }
  }
}

/** Believes in any stored end. */
export class FarEndNotHealed extends PlainStore {
  protected override findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = this.find(subject, window, now)
    return found.stored === undefined ? { ...found, resetAt: end } : found
  }
}

/** A wrong end costs the counter its units. */
export class HealingForgets extends PlainStore {
  protected override findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = super.findToTake(subject, window, now, end)
    const isHealed = found.stored !== undefined && (found.stored.value as CounterState).resetAt !== found.resetAt
    return isHealed ? { ...found, used: 0 } : found
  }
}

/** Charges the windows before the one whose boundaries do not fit. */
export class OutsideChargesSiblings extends PlainStore {
  protected override take(take: Take): TakeReply | Outside {
    const reply = super.take(take)
    if ('outside' in reply) {
      const place = take.windows.findIndex((window) => this.endOf(window, this.now()) !== undefined)
      if (place >= 0) super.take({ ...take, windows: [take.windows[place] as Window], costs: [take.costs[place] ?? 0] })
    }
    return reply
  }
}

/** The zone is not part of the counter. */
export class ZoneIgnored extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, window.anchor === 'calendar' ? { ...window, timeZone: 'UTC' } : window)
  }
}

/** The boundaries are part of the counter. */
export class EndsInKey extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return `${super.address(subject, window)}${'ends' in window ? window.ends : ''}`
  }
}

export class UnitIgnored extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, { ...window, unit: 'any' })
  }
}

export class UnitWithoutCase extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, { ...window, unit: window.unit?.toLowerCase() })
  }
}

/** A unit called `undefined` is no unit. */
export class UnitUndefined extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, { ...window, unit: String(window.unit) })
  }
}

/** `1` behind a length of 60 is a length of 601. */
export class UnitRunsIntoLength extends PlainStore {
  override address({ scope, id }: Subject, window: CounterWindow): string {
    const rest = window.anchor === 'calendar' ? `${window.period}_${window.timeZone}` : window.windowMs
    return JSON.stringify([scope, id, window.anchor, `${rest}${window.unit ?? ''}`])
  }
}
