import { table } from '@rl/measure'
import { short } from '../report/format.ts'
import { grownBatch } from './capacity.ts'
import { usPerTake } from './cost.ts'
import type { BytesPerIdentifier, Measured } from './figures.ts'
import { PARALLELISM } from './parallelism.ts'
import { arithmeticOf, deployTable, planTable } from './plan-tables.ts'
import { LEASE_HEAD, leaseRows, spreadTable } from './simulated-tables.ts'
import type { Simulation } from './simulation.ts'

const percent = (share: number): string => `${short(share * 100)} %`

type Parts = Readonly<Record<string, string>>

/** The generated parts of `docs/scale.md`, by name. */
export function userTablesOf({ figures, plans }: Simulation): Parts {
  return {
    deploy: deployTable(plans),
    memory: table(['', 'bytes per identifier', '1 M identifiers', '100 M identifiers'], memoryRows(figures.bytes)),
  }
}

/** The generated parts of `docs/evidence/scale.md`, by name. */
export function evidenceTablesOf(simulation: Simulation): Parts {
  const { figures, wire, pace, denials, coalescing, batching, fanOut, plans } = simulation
  const { machine, mode, startedAt } = figures.run
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
  return {
    machine: `${machine.cpu}, ${machine.cores} cores shared by client and server; ${mode} run of ${startedAt.slice(0, 10)}, load average before it ${machine.loadBefore}.`,
    costs: [
      fitLine('in the script', figures.script),
      fitLine('of the server’s processor', figures.serverCpu),
      fitLine('of the client’s processor', figures.clientCpu),
    ].join('\n'),
    'costs-check': table(
      ['measured in', 'takes per command', 'script, µs per take', 'fitted', 'server CPU, µs per take', 'fitted'],
      figures.serverCpu.points.map(({ of, takesPerCommand, usPerTake: cpu }, i) => [
        of,
        short(takesPerCommand),
        short(figures.script.points[i]?.usPerTake ?? Number.NaN),
        short(usPerTake(figures.script.fit, takesPerCommand)),
        short(cpu),
        short(usPerTake(figures.serverCpu.fit, takesPerCommand)),
      ]),
    ),
    cores: table(
      [
        'takes per command',
        'µs per take, script',
        'takes/s per core, script only',
        'µs per take, all CPU',
        'takes/s per core',
        'at 60 %',
      ],
      sizes.map((size) => {
        const [script, cpu] = [usPerTake(figures.script.fit, size), usPerTake(figures.serverCpu.fit, size)]
        return [size, script, 1e6 / script, cpu, 1e6 / cpu, 0.6e6 / cpu].map(short)
      }),
    ),
    wire: table(
      [
        'takes per command',
        'sent, bytes',
        'received, bytes',
        'sent per decision',
        'received per decision',
        'Mbit/s at 1 M decisions/s, both ways',
      ],
      wire.rows.map(({ takes, sent, received }) => [
        short(takes),
        String(sent),
        String(received),
        short(sent / takes),
        short(received / takes),
        short((8 * (sent + received)) / takes),
      ]),
    ),
    probe: table(
      ['takes', 'sent, computed', 'counted by Redis', 'received, computed', 'counted by Redis'],
      wire.probe.map((row) =>
        [row.takes, row.computedSent, row.countedSent, row.computedReceived, row.countedReceived].map(String),
      ),
    ),
    parallelism: `At once under way: ${PARALLELISM.ioredis} commands through ioredis, ${PARALLELISM.nodeRedis} through node-redis and ${PARALLELISM.upstash} through Upstash; of the lists over a Cluster, ${PARALLELISM.cluster}.`,
    batching: table(
      ['calls per round trip', 'takes per command, ioredis', 'node-redis', 'Upstash', 'takes per list, Cluster'],
      [...new Set(batching.map(({ perRoundTrip }) => perRoundTrip))].map((perRoundTrip) => [
        short(perRoundTrip),
        ...[PARALLELISM.ioredis, PARALLELISM.nodeRedis, PARALLELISM.upstash, PARALLELISM.cluster].map((parallelism) =>
          short(grownBatch(batching, parallelism, perRoundTrip)),
        ),
      ]),
    ),
    coalescing: table(
      ['Zipf exponent', 'waiting callers', 'decisions per take', 'takes per command'],
      coalescing.map(({ zipf, callers, decisionsPerTake, takesPerCommand }) =>
        [zipf, callers, decisionsPerTake, takesPerCommand].map(short),
      ),
    ),
    'deny-cache': table(
      ['Zipf exponent', 'calls/s', 'maxKeys', 'calls denied', 'denials answered here', 'calls to the store'],
      denials.map((row) => [
        short(row.zipf),
        short(row.callsPerSecond),
        short(row.maxKeys),
        percent(row.denied),
        percent(row.hits),
        percent(row.toStore),
      ]),
    ),
    'lease-pace': table(
      ['calls/s for one identifier in one process', 'takes/s', 'takes per call'],
      pace.map(({ callsPerSecond, takesPerSecond, takesPerCall }) =>
        [callsPerSecond, takesPerSecond, takesPerCall].map(short),
      ),
    ),
    'lease-waste': table(LEASE_HEAD, leaseRows(simulation.lease)),
    'spread-uniform': spreadTable(simulation.spread, 0),
    'spread-zipf': spreadTable(simulation.spread, 1.1),
    'fan-out': table(
      ['hash tags in all', 'takes per command'],
      fanOut.map(({ hashTags, takesPerCommand }) => [
        hashTags === undefined ? 'one per identifier' : String(hashTags),
        short(takesPerCommand),
      ]),
    ),
    plans: planTable(plans),
    arithmetic: arithmeticOf(simulation),
    local: `A process answers ${short(figures.leasedPerSecond)} calls/s from a lease and ${short(figures.denyCachePerSecond)} from the deny cache.`,
  }
}

function fitLine(what: string, { fit, points }: Measured): string {
  const worst = points.reduce(
    (most, { takesPerCommand, usPerTake: us }) => Math.max(most, Math.abs(usPerTake(fit, takesPerCommand) / us - 1)),
    0,
  )
  return `- µs per take ${what} = ${short(fit.perCommandUs)} / (takes per command) + ${short(fit.perTakeUs)} (${points.length === 2 ? 'from two points' : `off by ${percent(worst)} at most`})`
}

function memoryRows({ redisOneWindow, redisThreeWindows, memory }: BytesPerIdentifier): readonly (readonly string[])[] {
  const row = (what: string, bytes: number | undefined): readonly (readonly string[])[] =>
    bytes === undefined ? [] : [[what, short(bytes), `${short(bytes / 1e3)} GB`, `${short(bytes / 10)} GB`]]
  return [
    ...row('Redis, one window', redisOneWindow),
    ...row('Redis, three windows', redisThreeWindows),
    ...row('MemoryStore, one window', memory),
  ]
}
