import type { ExecutionContext } from '@nestjs/common'
import { fieldsOf, type HeaderFields, type NodeResponse, type SentResponse } from '@rl/http'
import type { Outcome } from './options.ts'

/** The response that a call has, if it has one. */
export interface CallResponse {
  /** Read once the response was sent. */
  readonly outcome: Outcome
  readonly raw: SentResponse
  readonly fields: HeaderFields
  readonly isSent: () => boolean
}

/** As much as is called of a reply of Fastify. */
interface Reply extends Outcome {
  readonly raw: SentResponse
  readonly sent: boolean
  getHeader(name: string): number | string | readonly string[] | undefined
  header(name: string, value: string): unknown
}

/** The request that keys are made from: see `HandlerArgs`. */
export function requestOf(context: ExecutionContext): unknown {
  const type = context.getType<string>()
  if (type === 'graphql') {
    const shared = graphqlContext(context)
    return shared?.req ?? shared?.request ?? shared
  }
  const first: unknown = context.getArgByIndex(0)
  return type === 'ws' ? (property(first, 'request') ?? first) : first
}

/** By what it can do: gateways, microservices and jobs have none, and GraphQL has one only if its context holds one. */
export function responseOf(context: ExecutionContext): CallResponse | undefined {
  if (context.getType() === 'http') return asResponse(context.getArgByIndex(1))
  const shared = graphqlContext(context)
  // Express keeps the response on its request, which is all that the default context holds.
  return asResponse(shared?.res ?? shared?.reply ?? property(shared?.req, 'res'))
}

interface GraphqlContext {
  readonly req?: unknown
  readonly request?: unknown
  readonly res?: unknown
  readonly reply?: unknown
}

function graphqlContext(context: ExecutionContext): GraphqlContext | undefined {
  const shared: unknown = context.getArgByIndex(2)
  return typeof shared === 'object' && shared !== null ? shared : undefined
}

function asResponse(value: unknown): CallResponse | undefined {
  if (has(value, 'setHeader')) {
    const response = value as NodeResponse
    return { outcome: response, raw: response, fields: fieldsOf(response), isSent: () => response.headersSent }
  }
  if (!has(value, 'header') || !has(value, 'getHeader')) return undefined
  const reply = value as Reply
  const fields: HeaderFields = {
    get: (name) => reply.getHeader(name)?.toString(),
    set: (name, text) => reply.header(name, text),
  }
  return { outcome: reply, raw: reply.raw, fields, isSent: () => reply.sent }
}

function has(value: unknown, method: string): boolean {
  return typeof property(value, method) === 'function'
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
