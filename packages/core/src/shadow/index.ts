export type { ShadowOptions } from './options.ts'
export { type Shadowed, type ShadowLimiter, shadow } from './shadow.ts'
