import tQuantile from '@stdlib/stats-base-dists-t-quantile'

/** A summary of many rounds: the median and the quartiles. */
export interface Summary {
  readonly median: number
  readonly q1: number
  readonly q3: number
  /** One number a round, in the order of the rounds. */
  readonly samples: readonly number[]
}

export function summarize(samples: readonly number[]): Summary {
  return { median: quantile(samples, 0.5), q1: quantile(samples, 0.25), q3: quantile(samples, 0.75), samples }
}

/** By linear interpolation between the two nearest samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new RangeError('there is no quantile of no samples')
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * The mean of a few samples with its lower and its upper bound, each at this confidence, by Student's t distribution. One sample
 * has no bounds: they are infinitely far away.
 *
 * @param confidence Of each bound by itself, above 0.5, below 1.
 */
export function meanWithBounds(
  samples: readonly number[],
  confidence: number,
): { mean: number; low: number; high: number } {
  const count = samples.length
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / count
  if (count < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0)
  const error = Math.sqrt(squares / (count - 1) / count) * tQuantile(confidence, count - 1)
  return { mean, low: mean - error, high: mean + error }
}

/** A ratio of medians; its quartiles are those of the ratios of each round, whose two runs were next to each other in time. */
export function ratio(of: Summary, to: Summary): Summary {
  const rounds = Math.min(of.samples.length, to.samples.length)
  const samples = Array.from({ length: rounds }, (_, i) => (of.samples[i] ?? 0) / (to.samples[i] ?? 0))
  return { ...summarize(samples), median: of.median / to.median }
}
