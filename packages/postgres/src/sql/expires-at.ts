/** When a row may be removed whose last window ends then: a minute later at most, so that most writes leave the index alone. */
export function expiresAt(end: string): string {
  return `(${end} + 59999) / 60000 * 60000`
}
