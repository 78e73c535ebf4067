/** The commands that the store sends, and then those that the script calls. */
export const COMMANDS: readonly string[] = [
  ...['evalsha', 'eval'],
  ...['time', 'get', 'mget', 'set', 'setrange', 'del', 'pttl'],
]

/** All that a limiter's user needs to be allowed, with the password `password`. As in the README. */
export const MINIMAL_ACL: string = `on >password resetkeys ~rl:* resetchannels -@all +${COMMANDS.join(' +')}`

/** Further commands of an ioredis `Cluster`, to find its way. */
export const CLUSTER_COMMANDS: readonly string[] = ['cluster|slots', 'cluster|info']
