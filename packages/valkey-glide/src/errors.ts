import { StoreError } from '@rl/core'
import { cleanCause } from '@rl/redis-script'

/** GLIDE's names for some of the server's codes. It leaves the others as they are. */
const CODES: Readonly<Record<string, string>> = {
  Ask: 'ASK',
  BusyLoadingError: 'LOADING',
  ClusterDown: 'CLUSTERDOWN',
  CrossSlot: 'CROSSSLOT',
  MasterDown: 'MASTERDOWN',
  Moved: 'MOVED',
  NoScriptError: 'NOSCRIPT',
  PermissionDenied: 'NOPERM',
  ReadOnly: 'READONLY',
  ResponseError: 'ERR',
  TryAgain: 'TRYAGAIN',
}

const ANSWER = /^(?:An error was signalled by the server: - (\w+)|([A-Z][A-Z0-9]+)): (.*)$/s

/** GLIDE's error in the server's words, which tell what an error proves; or as what GLIDE itself refused and never sent. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message } = error
  if (message.startsWith('Unable to execute requests; the client is closed')) {
    return refusal('the client is closed', error)
  }
  // Of a Cluster, or with a script that the server does not have, GLIDE adds something.
  if (message.startsWith('Reached maximum inflight requests')) {
    return refusal('the client has too many requests in flight', error, true)
  }
  if (name === 'CircuitBreakerError') return refusal("the client's circuit breaker is open", error)
  const [, kind, code = CODES[kind ?? ''], text] = ANSWER.exec(message) ?? []
  return code === undefined ? error : Object.assign(new Error(`${code} ${text}`), { name })
}

function refusal(message: string, error: Error, transient = false): StoreError {
  return new StoreError(message, { outcome: 'not-executed', transient, cause: cleanCause(error) })
}
