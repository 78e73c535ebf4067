import type { Attributes } from '@opentelemetry/api'
import type { CommandEvent, DecisionEvent, RetryEvent } from '@rl/core/observe'
import { errorType } from '../error-type.ts'
import { utilizationOf } from '../utilization.ts'
import type { Metrics } from './metrics.ts'

/** Counts a decision. Peeks take nothing and are not counted. */
export function recordDecision(metrics: Metrics, event: DecisionEvent): void {
  if (event.operation === 'peek') return
  const { decisions, units, utilization } = metrics.instruments
  const policy = { 'rl.policy': metrics.bounded(event.policy) }
  const attributes: Attributes = { ...policy, 'rl.result': event.result, 'rl.shadow': event.isShadow }
  if (event.source !== undefined) attributes['rl.source'] = event.source
  if (event.error !== undefined) attributes['error.type'] = errorType(event.error)
  decisions.add(1, attributes)
  if (event.shareLeft !== undefined) utilization.record(utilizationOf(event.shareLeft), policy)
  if (event.result !== 'allowed') return
  for (const [unit, cost] of costsByUnit(event)) {
    units.add(cost, unit === undefined ? policy : { ...policy, 'rl.unit': unit })
  }
}

/** Records how long a command took, and how long what it carries had waited. */
export function recordCommand(metrics: Metrics, event: CommandEvent): void {
  const { storeDuration, timeInQueue } = metrics.instruments
  const attributes: Attributes = { 'rl.store': metrics.bounded(event.store) }
  if (event.outcome !== 'answered') attributes['error.type'] = event.outcome
  storeDuration.record(event.durationMs / 1000, attributes)
  for (const queuedMs of event.queuedMs) timeInQueue.record(queuedMs / 1000, attributes)
}

export function recordRetry(metrics: Metrics, event: RetryEvent): void {
  metrics.instruments.retries.add(event.operations, { 'rl.store': metrics.bounded(event.store) })
}

/** A call costs the same in all windows of a unit. */
function costsByUnit({ windows }: DecisionEvent): ReadonlyMap<string | undefined, number> {
  return new Map(windows.map(({ unit, cost }) => [unit, cost]))
}
