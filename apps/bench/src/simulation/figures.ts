import type { Machine } from '@rl/measure'
import { BYTES, CLIENT_CPU, COMMANDS, DECISIONS, SERVER_CPU, SERVER_TIME } from '../metrics.ts'
import { findFigure, type Results } from '../results.ts'
import { type Cost, type CostPoint, fitCost } from './cost.ts'
import type { ServerPoint } from './cost-probe.ts'

interface MeasuredPoint extends CostPoint {
  /** The benchmark's case, or `probe`. */
  readonly of: string
}

export interface Measured {
  readonly points: readonly MeasuredPoint[]
  readonly fit: Cost
}

/** The model's input from a run of the benchmark, and from a probe of the sizes of command that it leaves out. */
export interface Figures {
  readonly run: Pick<Results, 'mode' | 'startedAt'> & { readonly machine: Machine }
  /** Server time: in the script, and all of its processor, reading and writing included. */
  readonly script: Measured
  readonly serverCpu: Measured
  readonly clientCpu: Measured
  /** Decisions/s of one process that answers them itself. */
  readonly leasedPerSecond: number
  readonly denyCachePerSecond: number
  readonly bytes: BytesPerIdentifier
}

export interface BytesPerIdentifier {
  readonly redisOneWindow: number
  /** A quick run does not tell. */
  readonly redisThreeWindows?: number
  readonly memory: number
}

const US = '@rl/ioredis'

/** Cases of distinct identifiers with one window each. */
const ONE_WINDOW = ['1 caller', '64 callers', '512 callers', 'one take of 64']

/** @throws when the run left out what the model needs. */
export function figuresOf(results: Results, probe: readonly ServerPoint[]): Figures {
  const search = (scenario: string, name: string, subject: string, metric: string): number | undefined =>
    findFigure(results, { scenario, case: name, subject, metric })?.median
  const find = (scenario: string, name: string, subject: string, metric: string): number => {
    const median = search(scenario, name, subject, metric)
    if (median === undefined) throw new Error(`the benchmark has no "${metric}" of ${subject} in ${scenario}, ${name}`)
    return median
  }
  const takesIn = (name: string): number | undefined => {
    if (name === '1 caller') return 1
    const commands = search('server-time', name, US, COMMANDS)
    return commands === undefined ? undefined : 1 / commands
  }
  const measured = (scenario: string, metric: string, probed: readonly CostPoint[]): Measured => {
    const points = ONE_WINDOW.flatMap((name): readonly MeasuredPoint[] => {
      const [takesPerCommand, usPerTake] = [takesIn(name), search(scenario, name, US, metric)]
      return takesPerCommand === undefined || usPerTake === undefined ? [] : [{ of: name, takesPerCommand, usPerTake }]
    })
    const all = [...points, ...probed.map((point) => ({ of: 'probe', ...point }))]
    all.sort((a, b) => a.takesPerCommand - b.takesPerCommand)
    return { points: all, fit: fitCost(all) }
  }
  const { mode, startedAt, machine } = results
  const cpu = probe.map(({ takesPerCommand, cpuUsPerTake }) => ({ takesPerCommand, usPerTake: cpuUsPerTake }))
  const script = probe.map(({ takesPerCommand, usPerTake }) => ({ takesPerCommand, usPerTake }))
  return {
    run: { mode, startedAt, machine },
    script: measured('server-time', SERVER_TIME, script),
    serverCpu: measured('server-time', SERVER_CPU, cpu),
    clientCpu: measured('callers', CLIENT_CPU, []),
    leasedPerSecond: find('lease', '512 callers, one hot id', `${US}, lease`, DECISIONS),
    denyCachePerSecond: find('denied', '512 callers', `${US}, denyCache`, DECISIONS),
    bytes: bytesOf(results),
  }
}

function bytesOf(results: Results): BytesPerIdentifier {
  const last = (scenario: string, subject: string, of?: string): number | undefined =>
    results.scenarios
      .find(({ name }) => name === scenario)
      ?.figures.findLast((each) => each.subject === subject && each.metric === BYTES && (of ?? each.case) === each.case)
      ?.median
  const redisOneWindow = last('redis-bytes', US, 'one window') ?? last('growth', US)
  const redisThreeWindows = last('redis-bytes', US, 'three windows')
  const memory = last('memory-growth', '@rl/memory')
  if (redisOneWindow === undefined || memory === undefined) throw new Error(`the benchmark has no "${BYTES}"`)
  return { redisOneWindow, memory, ...(redisThreeWindows === undefined ? {} : { redisThreeWindows }) }
}
