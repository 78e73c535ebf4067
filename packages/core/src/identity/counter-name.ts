import type { CounterWindow } from '../contract/windows.ts'

/**
 * The name of a window's counter within its identifier: letters, digits, `_` and `~` only, and never the same for two windows.
 * `e60000` (epoch), `f60000` (first-hit), `month_Europe~2FBerlin` (calendar), each with `_unit` behind it where it has one.
 *
 * @example console.log(counterName({ anchor: 'epoch', windowMs: 60_000, unit: 'tokens' })) // prints e60000_tokens
 */
export function counterName(window: CounterWindow): string {
  const { unit } = window
  const name =
    window.anchor === 'calendar'
      ? `${window.period}_${escaped(window.timeZone)}`
      : `${window.anchor === 'epoch' ? 'e' : 'f'}${window.windowMs}`
  return unit === undefined ? name : `${name}_${unit}`
}

function escaped(timeZone: string): string {
  return timeZone.replace(
    /[^A-Za-z0-9]/g,
    (char) => `~${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
