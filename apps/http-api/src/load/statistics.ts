/** What many rounds say together: the middle one, and the quartiles that half of them lie between. */
export interface Summary {
  readonly median: number
  readonly q1: number
  readonly q3: number
}

export function summarize(samples: readonly number[]): Summary {
  return { median: quantile(samples, 0.5), q1: quantile(samples, 0.25), q3: quantile(samples, 0.75) }
}

/** By linear interpolation between the two nearest samples. */
function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('there is no quantile of no samples')
  return below + (above - below) * (place - Math.floor(place))
}
