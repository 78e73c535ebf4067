/** How often the commands of one name ran, and for how long. */
export interface CommandStat {
  readonly calls: number
  readonly usec: number
}

export type CommandStats = ReadonlyMap<string, CommandStat>

/** Commands of clients, and of this benchmark, besides their work. */
const HOUSEKEEPING =
  /^(info|config|client|hello|select|ping|command|cluster|script|flushall|auth|readonly|memory)(\||$)/

const SCRIPTS = /^(eval|evalsha|fcall)(_ro)?$/

/** Reads `INFO commandstats`, without housekeeping. A script's calls are listed beside the script. */
export function parseCommandStats(info: string): CommandStats {
  const found = info.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm)
  return new Map(
    Array.from(found, ([, name = '', calls, usec]): [string, CommandStat] => [
      name,
      { calls: Number(calls), usec: Number(usec) },
    ]).filter(([name]) => !HOUSEKEEPING.test(name)),
  )
}

export function since(before: CommandStats, after: CommandStats): CommandStats {
  return new Map(
    Array.from(after, ([name, { calls, usec }]) => {
      const old = before.get(name) ?? { calls: 0, usec: 0 }
      return [name, { calls: calls - old.calls, usec: usec - old.usec }]
    }),
  )
}

/** Commands that came over the wire and the time they took, inner commands included: all subjects send scripts only. */
export function sent(stats: CommandStats): CommandStat {
  return add(stats, (name) => SCRIPTS.test(name))
}

/** The commands that a service bills that bills scripts and each command within them. */
export function billed(stats: CommandStats): number {
  return add(stats, () => true).calls
}

/** Processor time of the server, in microseconds: beyond its commands, also what reading and writing takes. */
export function parseCpu(info: string): number {
  const seconds = Array.from(info.matchAll(/^used_cpu_(?:user|sys):([\d.]+)/gm), ([, value]) => Number(value))
  return seconds.reduce((sum, each) => sum + each, 0) * 1e6
}

export function parseUsedMemory(info: string): number {
  const [, bytes] = /^used_memory:(\d+)/m.exec(info) ?? []
  if (bytes === undefined) throw new Error('INFO memory has no used_memory')
  return Number(bytes)
}

function add(stats: CommandStats, counts: (name: string) => boolean): CommandStat {
  let calls = 0
  let usec = 0
  for (const [name, stat] of stats) {
    if (!counts(name)) continue
    calls += stat.calls
    usec += stat.usec
  }
  return { calls, usec }
}
