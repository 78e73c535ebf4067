import type { Operation, Window } from '@rl/core'
import { counterKey, counterName } from '@rl/core/keys'
import type { WireOperation, WireWindow } from '../wire.ts'

/** An operation as it travels. Field by field: a limiter's own operations have more of them. */
export function encode(operation: Operation): WireOperation {
  const { kind } = operation
  const key = counterKey(operation)
  switch (kind) {
    case 'take': {
      const { costs, times } = operation
      return { kind, key, windows: operation.windows.map(encodeWindow), costs, times }
    }
    case 'adjust': {
      const { token } = operation
      const windows = operation.windows.map((window) => {
        const { resetAt, generation, change } = window
        return { name: counterName(window), resetAt, generation, change }
      })
      return { kind, key, windows, token: token && { id: token.id, until: token.until } }
    }
    case 'clear':
      return {
        kind,
        key,
        windows: operation.windows.map((window) => ({ name: counterName(window), anchor: window.anchor })),
      }
  }
}

function encodeWindow(window: Window): WireWindow {
  const { limit } = window
  const name = counterName(window)
  if (window.anchor !== 'calendar') return { name, limit, anchor: window.anchor, windowMs: window.windowMs }
  return { name, limit, anchor: window.anchor, ends: window.ends, longestMs: window.longestMs }
}
