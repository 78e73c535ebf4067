import { OptionError } from '@rl/core'
import type { IoredisClient } from './store.ts'

/**
 * Before version 5.11, ioredis chooses the node of a pipelined EVALSHA by the script's hash rather than by a key, and every
 * call fails. A client does not show its version: 5.11 is the first with both the command and the option.
 *
 * @throws {OptionError} for such a Cluster.
 */
export function checkAutoPipelining(cluster: IoredisClient): void {
  const { options = {} } = cluster
  if (options.enableAutoPipelining !== true || ('msetex' in cluster && 'shardedSubscribers' in options)) return
  throw new OptionError(
    'client',
    'a Cluster without enableAutoPipelining, as the limiter sends calls together by itself (or of ioredis 5.11 or later)',
    'a Cluster of an older ioredis, whose pipelines send scripts to wrong nodes',
  )
}
