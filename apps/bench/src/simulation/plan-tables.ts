import { table } from '@rl/measure'
import { short } from '../report/format.ts'
import type { Layout } from './capacity.ts'
import type { Plan } from './scales.ts'
import { costsOf } from './scales.ts'
import type { Simulation } from './simulation.ts'

const HEAD = [
  'decisions/s',
  'limiter',
  'layout',
  'processes',
  'masters',
  'busy',
  'takes/s',
  'takes per command',
  'server µs per take',
  'client core per process',
  'memory per master',
  'network per master, in / out',
]

export function planTable(plans: readonly Plan[]): string {
  return table(
    HEAD,
    plans.map(({ scale, how, load, layout, deployment }) => [
      scale,
      how,
      layoutName(layout),
      short(load.processes),
      grouped(deployment.masters),
      `${Math.round(deployment.use * 100)} %`,
      short(deployment.takesPerSecond),
      short(deployment.takesPerCommand),
      short(deployment.serverUsPerTake),
      `${short(deployment.clientCores * 100)} %`,
      bytes(deployment.memoryBytes / deployment.masters),
      `${bits(deployment.sentBitsPerSecond / deployment.masters)} / ${bits(deployment.receivedBitsPerSecond / deployment.masters)}`,
    ]),
  )
}

/** The part of the plans that a user must know. */
export function deployTable(plans: readonly Plan[]): string {
  return table(
    ['decisions/s', 'limiter', 'layout', 'processes', 'masters', 'client core'],
    plans.map(({ scale, how, load, layout, deployment }) => [
      scale,
      how,
      layoutName(layout),
      short(load.processes),
      grouped(deployment.masters),
      `${short(deployment.clientCores * 100)} %`,
    ]),
  )
}

/** The others follow in the same way. */
const WORKED_PLANS = 4

/** The first plans, step by step. */
export function arithmeticOf({ figures, batching, wire, plans }: Simulation): string {
  const { server, client, localUs, sent, received, bytesPerIdentifier } = costsOf(figures, batching, wire.rows)
  const worked = plans.slice(0, WORKED_PLANS).map(({ scale, how, load, layout, deployment: d }, i) => {
    const spread = layout.kind === 'servers' ? ` over ${masters(d.masters)}` : ''
    const local = load.takesPerDecision < 1 ? ` + ${short(1 - load.takesPerDecision)} × ${short(localUs)}` : ''
    return `${i + 1}. ${scale}, ${how}, ${layoutName(layout)}
   - takes/s: ${short(load.decisionsPerSecond)} × ${short(load.takesPerDecision)} = ${short(d.takesPerSecond)}; per process and round trip: ${short(d.takesPerSecond)} / ${short(load.processes)} × ${load.roundTripMs} ms = ${short(d.takesPerRoundTrip)}${spread}, so ${short(d.takesPerCommand)} per command
   - server: ${short(server.perCommandUs)} / ${short(d.takesPerCommand)} + ${short(server.perTakeUs)} = ${short(d.serverUsPerTake)} µs; × ${short(d.takesPerSecond)}/s = ${short((d.takesPerSecond * d.serverUsPerTake) / 1e6)} cores; / ${load.maxUse}: ${masters(d.masters)}
   - client: ${short(load.decisionsPerSecond / load.processes)}/s × (${short(load.takesPerDecision)} × (${short(client.perCommandUs)} / ${short(d.takesPerCommand)} + ${short(client.perTakeUs)})${local}) µs = ${short(d.clientCores)} cores per process
   - memory: ${short(load.identifiers)} × ${short(bytesPerIdentifier)} B = ${bytes(d.memoryBytes)}; network in: ${short(d.commandsPerSecond)} commands/s × ${short(sent.perCommand)} B + ${short(d.takesPerSecond)} × ${short(sent.perTake)} B = ${bits(d.sentBitsPerSecond)}, out: × ${short(received.perCommand)} B + × ${short(received.perTake)} B = ${bits(d.receivedBitsPerSecond)}`
  })
  return worked.join('\n')
}

function layoutName(layout: Layout): string {
  if (layout.kind === 'servers') return 'servers'
  return layout.tagsPerMaster === undefined
    ? 'Cluster'
    : `Cluster, hashTags = ${layout.tagsPerMaster === 1 ? '' : `${layout.tagsPerMaster} × `}masters`
}

function masters(count: number): string {
  return count === 1 ? '1 master' : `${grouped(count)} masters`
}

function bytes(count: number): string {
  return count >= 1e9 ? `${short(count / 1e9)} GB` : `${short(count / 1e6)} MB`
}

function bits(perSecond: number): string {
  return perSecond >= 1e9 ? `${short(perSecond / 1e9)} Gbit/s` : `${short(perSecond / 1e6)} Mbit/s`
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ')
}
