import type { Observer } from './events.ts'

interface Channel {
  readonly hasSubscribers: boolean
  publish(message: unknown): void
}

/** Part of `process` in Node, Bun, Deno and Workers with Node's built-ins. */
interface WithBuiltins {
  getBuiltinModule?(name: 'node:diagnostics_channel'): { channel(name: string): Channel } | undefined
}

/**
 * An observer that publishes decisions as `rl:decision` and commands as `rl:command` on Node's `diagnostics_channel`, for tools
 * that subscribe there. A message is the event itself. Nothing is published while nobody subscribes. Where there are no such
 * channels (in browsers, say), it does nothing.
 *
 * @example
 * import { subscribe } from 'node:diagnostics_channel'
 * import { type DecisionEvent, diagnosticsChannel, observe } from '@rl/core/observe'
 *
 * subscribe('rl:decision', (message) => {
 *   const { policy, result } = message as DecisionEvent
 *   console.log(policy, result)
 * })
 * observe(limiter, diagnosticsChannel())
 * await limiter.limit('user_123') // prints api allowed
 */
export function diagnosticsChannel(): Observer {
  const { process } = globalThis as { readonly process?: WithBuiltins }
  const channels = process?.getBuiltinModule?.('node:diagnostics_channel')
  if (channels === undefined) return {}
  const publishTo = (name: string): ((event: unknown) => void) => {
    const channel = channels.channel(name)
    return (event) => {
      if (channel.hasSubscribers) channel.publish(event)
    }
  }
  return { decision: publishTo('rl:decision'), command: publishTo('rl:command') }
}
