/** Whether this is CI's long tier, which sets `RL_THOROUGH`. */
export const isThorough: boolean = process.env.RL_THOROUGH === '1'

/** Histories, storms and simulations run at full length in CI's long tier, and at a tenth otherwise. */
export function tenthUnlessThorough(full: number): number {
  return isThorough ? full : Math.ceil(full / 10)
}
