/** The share of a limit that is used. Rounded, as 1 - 0.7 is more than 0.3, which would fall into the next bucket. */
export function utilizationOf(shareLeft: number): number {
  return Math.round((1 - shareLeft) * 1e9) / 1e9
}
