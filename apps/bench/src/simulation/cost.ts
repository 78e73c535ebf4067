/** The measured cost of a command. */
export interface CostPoint {
  readonly takesPerCommand: number
  readonly usPerTake: number
}

/** The cost of a command, and of each take in it. */
export interface Cost {
  readonly perCommandUs: number
  readonly perTakeUs: number
}

export function usPerTake({ perCommandUs, perTakeUs }: Cost, takesPerCommand: number): number {
  return perCommandUs / takesPerCommand + perTakeUs
}

/** The cost under which the relative errors, squared, have the least sum. Neither part is below zero. */
export function fitCost(points: readonly CostPoint[]): Cost {
  // With x = 1/takes: usPerTake = perCommand · x + perTake, each point weighed by 1 / usPerTake².
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0]
  for (const { takesPerCommand, usPerTake: y } of points) {
    const weight = 1 / y ** 2
    const x = 1 / takesPerCommand
    w += weight
    wx += weight * x
    wxx += weight * x * x
    wy += weight * y
    wxy += weight * x * y
  }
  const determinant = w * wxx - wx * wx
  if (determinant === 0) throw new Error('a fit needs commands of different sizes')
  const perCommandUs = (w * wxy - wx * wy) / determinant
  const perTakeUs = (wxx * wy - wx * wxy) / determinant
  if (perTakeUs < 0) return { perCommandUs: wxy / wxx, perTakeUs: 0 }
  if (perCommandUs < 0) return { perCommandUs: 0, perTakeUs: wy / w }
  return { perCommandUs, perTakeUs }
}
