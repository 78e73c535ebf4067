const SECOND = 1000
const DAY = 86_400_000

/** More zones than an application uses; each keeps some memory of the runtime's. */
const MAX_ZONES = 512
const zones = new Map<string, Zone>()

/** @throws {RangeError} for a zone that this runtime does not know. */
export function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone)
  if (zone === undefined) {
    zone = new Zone(timeZone)
    if (zones.size >= MAX_ZONES) zones.clear()
    zones.set(timeZone, zone)
  }
  return zone
}

/**
 * The local clock of a time zone. Local times are numbers too: milliseconds from 1970 to what the clock shows, as if it were
 * UTC. Instants are in milliseconds since the epoch.
 */
export class Zone {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  localAt(instant: number): number {
    return instant + this.offsetAt(instant)
  }

  /** The local clock's offset from UTC. */
  offsetAt(instant: number): number {
    const whole = Math.floor(instant / SECOND) * SECOND
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
    for (const { type, value } of this.#format.formatToParts(whole)) shown[type] = Number(value)
    const { year = 0, month = 0, day, hour, minute, second } = shown
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole
  }

  /**
   * The first instant at which the local clock shows a time, in whole seconds, or is past it: where clocks go back, the first
   * of the two; where they go forward over it, the moment they do.
   */
  firstAt(local: number): number {
    let before = local - DAY // no zone is a day ahead of UTC
    for (;;) {
      const offset = this.offsetAt(before)
      const instant = local - offset
      if (this.offsetAt(instant) === offset) return instant
      const change = this.changeIn(before, instant)
      if (this.localAt(change) >= local) return change
      before = change
    }
  }

  /** When the offset changes between two instants of whole seconds with different offsets. */
  changeIn(from: number, to: number): number {
    const offset = this.offsetAt(from)
    let before = from
    let after = to
    while (after - before > SECOND) {
      const between = before + Math.floor((after - before) / 2 / SECOND) * SECOND
      if (this.offsetAt(between) === offset) before = between
      else after = between
    }
    return after
  }
}
