import { type Lane, lengthOf } from '../run/boundaries.ts'

/** Where a moment is on a chart. */
export interface Scale {
  readonly width: number
  readonly from: number
  readonly to: number
  readonly now: number
  readonly x: (at: number) => number
}

/** Share of the width that is past. */
const PAST = 0.8
/** Share of the width that is before the start. */
const BEFORE = 0.03

/** Two and a half of the longest window, unless the shortest would be too thin to see. It begins at the start, and moves on once `now` reaches its place. */
export function scaleFor(lanes: readonly Lane[], start: number, now: number, width: number): Scale {
  const lengths = lanes.map(lengthOf)
  const length = Math.min(2.5 * Math.max(...lengths), Math.max(60, width / 8) * Math.min(...lengths))
  const from = Math.max(start - BEFORE * length, now - PAST * length)
  return { width, from, to: from + length, now, x: (at) => ((at - from) / length) * width }
}

const STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000,
  3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 604_800_000, 1_209_600_000, 2_419_200_000, 7_257_600_000,
  31_536_000_000,
]

/** Moments to be named under a chart: at least 90 pixels apart, and wholly seen. */
export function ticks({ width, from, to, x }: Scale): readonly number[] {
  const least = ((to - from) / width) * 90
  const step = STEPS.find((each) => each >= least) ?? STEPS.at(-1) ?? 1
  const first = Math.ceil(from / step) * step
  const all = Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step)
  return all.filter((at) => x(at) > 26 && x(at) < width - 26)
}
