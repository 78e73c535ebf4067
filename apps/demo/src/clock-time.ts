/** Time of day, UTC, of a store's clock: `'21:04:59'`. */
export function clockTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 19)
}
