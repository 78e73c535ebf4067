import { FaultSource } from './fault-source.ts'
import { startHttpProxy } from './http-proxy.ts'
import { startRespProxy } from './resp-proxy.ts'
import {
  CONNECTION_FAULTS,
  type FaultKind,
  type FaultProxy,
  type FaultProxyOptions,
  type FaultSettings,
  HTTP_FAULTS,
} from './types.ts'

const KINDS: Readonly<Record<FaultProxyOptions['protocol'], readonly FaultKind[]>> = {
  resp: CONNECTION_FAULTS,
  http: [...CONNECTION_FAULTS, ...HTTP_FAULTS],
}
const BEFORE_OR_AFTER: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'delay',
  'status-429',
  'status-500',
  'status-502-html',
  'empty-body',
])
const SCRIPTS_AND_DELETIONS: ReadonlySet<string> = new Set(['EVALSHA', 'EVAL', 'DEL'])

/**
 * Starts a proxy on a free port of 127.0.0.1, between a client and a Redis or an HTTP server, that breaks requests as
 * networks do. The fate of the n-th request follows from the seed and n, so a run can be repeated.
 *
 * Rejects with RangeError, naming the option and the value, when an option is out of its range.
 *
 * @example
 * const proxy = await startFaultProxy({ targetPort: server.port, protocol: 'resp', seed: 1, rate: 0.05 })
 * const client = new Redis(proxy.port) // of ioredis
 * proxy.next('cut-after') // the next script runs, and its caller never learns of it
 * await proxy.stop()
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { targetPort, protocol, seed, rate, maxDelayMs = 100, cutSilentAfterMs } = options
  const { kinds = KINDS[protocol], only = (command) => SCRIPTS_AND_DELETIONS.has(command) } = options
  check('targetPort', targetPort, Number.isInteger(targetPort) && targetPort > 0 && targetPort < 65_536)
  check('protocol', protocol, Object.hasOwn(KINDS, protocol))
  check('seed', seed, Number.isSafeInteger(seed))
  checkRate(rate)
  check('maxDelayMs', maxDelayMs, Number.isInteger(maxDelayMs) && maxDelayMs > 0)
  check('cutSilentAfterMs', cutSilentAfterMs, cutSilentAfterMs === undefined || cutSilentAfterMs >= 0)
  check('kinds', kinds, kinds.length > 0)
  for (const kind of kinds) checkKind(protocol, kind)

  const source = new FaultSource({ seed, rate, kinds, maxDelayMs, only })
  const start = protocol === 'resp' ? startRespProxy : startHttpProxy
  const listener = await start(targetPort, source, cutSilentAfterMs)
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= listener.stop()
    return stopping
  }
  return {
    port: listener.port,
    url: `${protocol === 'resp' ? 'redis' : 'http'}://127.0.0.1:${listener.port}`,
    injected: source.injected,
    get totalInjected(): number {
      return source.totalInjected
    },
    setRate: (newRate) => {
      checkRate(newRate)
      source.setRate(newRate)
    },
    next: (kind, settings: FaultSettings = {}) => {
      checkKind(protocol, kind)
      check(`ran, for ${kind},`, settings.ran, settings.ran === undefined || BEFORE_OR_AFTER.has(kind))
      source.order(kind, settings)
    },
    cutAll: listener.cutAll,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function checkRate(rate: number): void {
  check('rate', rate, rate >= 0 && rate <= 1)
}

function checkKind(protocol: FaultProxyOptions['protocol'], kind: FaultKind): void {
  check(`a fault of ${protocol}`, kind, KINDS[protocol].includes(kind))
}

function check(what: string, value: unknown, isRight: boolean): void {
  if (!isRight) throw new RangeError(`${what} cannot be ${typeof value === 'number' ? value : JSON.stringify(value)}`)
}
