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
 * A confidence interval of the median from order statistics alone, whatever the distribution: the narrowest pair of samples,
 * equally far from both ends, that encloses the median at least this often. The whole range if there are too few samples.
 *
 * @param confidence Above 0, below 1.
 */
export function medianInterval(samples: readonly number[], confidence: number): { low: number; high: number } {
  const sorted = [...samples].sort((a, b) => a - b)
  const count = sorted.length
  // How likely it is that at most `left` samples lie below the median: a binomial distribution with p = 1/2.
  let probability = 0.5 ** count
  let tail = probability
  let left = 0
  for (; 2 * left < count - 1; left++) {
    probability *= (count - left) / (left + 1)
    if (1 - 2 * (tail + probability) < confidence) break
    tail += probability
  }
  return { low: sorted[left] ?? Number.NaN, high: sorted[count - 1 - left] ?? Number.NaN }
}

/** A ratio of medians; its quartiles are those of the ratios of each round, whose two runs were next to each other in time. */
export function ratio(of: Summary, to: Summary): Summary {
  const rounds = Math.min(of.samples.length, to.samples.length)
  const samples = Array.from({ length: rounds }, (_, i) => (of.samples[i] ?? 0) / (to.samples[i] ?? 0))
  return { ...summarize(samples), median: of.median / to.median }
}
