import type { RedisServer } from './launch.ts'

/** Starts several servers at once. When one does not start, the others are stopped and this rejects. */
export async function startTogether(
  count: number,
  start: (index: number) => Promise<RedisServer>,
): Promise<readonly RedisServer[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)))
  const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure === undefined) return servers
  await stopTogether(servers)
  throw failure.reason
}

/** Stops several servers at once. */
export async function stopTogether(servers: readonly RedisServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
}

/** Runs a step of bringing up `servers`; when it fails, stops them all and rejects. */
export async function orStop<T>(servers: readonly RedisServer[], step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    await stopTogether(servers)
    throw error
  }
}
