import type { RedisServer } from './launch.ts'
import { poll } from './poll.ts'

/** Arguments that make replication start, and be seen, without its usual pauses of up to ten seconds. */
export const PROMPT_REPLICATION: readonly string[] = [
  ...['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0'],
  // CLUSTER SLOTS leaves out a replica until its master has sent it something, which may be a ping.
  ...['--repl-ping-replica-period', '1'],
]

/** Resolves once the server is a replica that has its master's data. */
export async function untilInSync(replica: RedisServer): Promise<void> {
  await poll(`the replica on port ${replica.port} to be in sync`, async () =>
    String(await replica.command('INFO', 'replication')).includes('master_link_status:up') ? true : undefined,
  )
}
