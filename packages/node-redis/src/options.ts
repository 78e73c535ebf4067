/**
 * Options under which a call is never run twice. A node-redis client or cluster never repeats a command whose reply did
 * not come, so this matters to `createSentinel` alone, which by default sends such a command again up to 16 times.
 *
 * @example const sentinel = createSentinel({ ...recommendedOptions, name: 'main', sentinelRootNodes: nodes })
 */
export const recommendedOptions: { readonly maxCommandRediscovers: 0 } = { maxCommandRediscovers: 0 }
