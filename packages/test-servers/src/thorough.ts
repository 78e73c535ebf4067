/** Histories, storms and simulations run at full length in CI's long tier, where `RL_THOROUGH` is set, and at a tenth otherwise. */
export function tenthUnlessThorough(full: number): number {
  return process.env.RL_THOROUGH === '1' ? full : Math.ceil(full / 10)
}
