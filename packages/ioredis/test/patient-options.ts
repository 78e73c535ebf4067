import { recommendedClusterOptions, recommendedOptions } from '../src/index.ts'

/** For tests that are not about time: a server that a busy machine holds up for a second fails none of their calls. */
const PATIENCE = { connectTimeout: 30_000, socketTimeout: 30_000 }

export const patientOptions = { ...recommendedOptions, ...PATIENCE }

export const patientClusterOptions = {
  ...recommendedClusterOptions,
  slotsRefreshTimeout: 30_000,
  redisOptions: { ...recommendedClusterOptions.redisOptions, ...PATIENCE },
}
