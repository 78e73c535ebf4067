import type { Window } from '@rl/core'

export function isCalendar(window: Window): window is Window & { readonly anchor: 'calendar' } {
  return window.anchor === 'calendar'
}

interface Made<T> {
  readonly value: T
  readonly ends: readonly (readonly number[])[]
}

/** Values made of windows: limiters use the same few arrays again and again. Until boundaries of calendars among them move on. */
export class ByWindows<T> {
  readonly #made: WeakMap<readonly Window[], Made<T>> = new WeakMap()

  get(windows: readonly Window[], make: () => T, isOver: (value: T) => boolean = () => false): T {
    const known = this.#made.get(windows)
    if (known !== undefined && !haveMovedOn(windows, known.ends) && !isOver(known.value)) return known.value
    const value = make()
    this.#made.set(windows, { value, ends: windows.filter(isCalendar).map(({ ends }) => ends) })
    return value
  }
}

function haveMovedOn(windows: readonly Window[], ends: Made<unknown>['ends']): boolean {
  return ends.length > 0 && windows.filter(isCalendar).some((window, i) => window.ends !== ends[i])
}
