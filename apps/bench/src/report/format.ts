import type { Summary } from '@rl/measure'

/** Three digits that matter: `1.83 M`, `66.1 k`, `0.0156`. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 999_500) return `${digits(value / 1e6)} M`
  if (size >= 999.5) return `${digits(value / 1e3)} k`
  return digits(value)
}

/** The median, and the quartiles where there is more than one round. */
export function withSpread({ median, q1, q3, samples }: Summary): string {
  return samples.length < 2 || q1 === q3 ? short(median) : `${short(median)} (${short(q1)}–${short(q3)})`
}

function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return String(Math.round(value))
  if (size === 0) return '0'
  return size < 0.0001 ? value.toExponential(1) : String(Number(value.toPrecision(3)))
}
