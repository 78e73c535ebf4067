import { type Attributes, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { CommandEvent, DecisionEvent } from '@rl/core/observe'
import { errorType } from '../error-type.ts'
import { utilizationOf } from '../utilization.ts'
import { toEpochMs } from './clock.ts'

/**
 * Adds a span of the call to the trace of the active span. Without one there is no request that the call is part of, and
 * nothing is added.
 */
export function traceDecision(tracer: Tracer, event: DecisionEvent): void {
  if (trace.getActiveSpan() === undefined) return
  const { policy, result, source, isShadow, shareLeft } = event
  const attributes: Attributes = { 'rl.policy': policy, 'rl.result': result, 'rl.shadow': isShadow }
  if (source !== undefined) attributes['rl.source'] = source
  if (shareLeft !== undefined) attributes['rl.utilization'] = utilizationOf(shareLeft)
  if (event.error !== undefined) attributes['error.type'] = errorType(event.error)
  addSpan(tracer, `${event.operation} ${policy}`, event.startedAt, event.durationMs, attributes, result === 'error')
}

/** Adds a span of the command to the trace of a call that it carries. */
export function traceCommand(tracer: Tracer, event: CommandEvent): void {
  if (trace.getActiveSpan() === undefined) return
  const { store, outcome, takes, changes, callers } = event
  const attributes: Attributes = {
    'rl.store': store,
    'rl.takes': takes,
    'rl.changes': changes,
    'rl.callers': callers,
  }
  const isFailed = outcome !== 'answered'
  if (isFailed) attributes['error.type'] = outcome
  addSpan(tracer, `command ${store}`, event.sentAt, event.durationMs, attributes, isFailed)
}

/**
 * A span that has ended, with its times, and not attributes or events of the active span: a request may have several decisions,
 * and events have no duration.
 *
 * @param startedAt By `performance.now()`.
 */
function addSpan(
  tracer: Tracer,
  name: string,
  startedAt: number,
  durationMs: number,
  attributes: Attributes,
  isFailed: boolean,
): void {
  const startTime = toEpochMs(startedAt)
  const span = tracer.startSpan(name, { startTime, attributes })
  if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(startTime + durationMs)
}
