/** Faults of any protocol, in the order in which a seed chooses from them. */
export const CONNECTION_FAULTS = [
  /** The connection is cut before the request reaches the server. */
  'cut-before',
  /** The server runs the request; the connection is cut before any of the reply. */
  'cut-after',
  /** The server runs the request; the first half of the reply arrives, then the connection is cut. */
  'cut-during',
  /** The server runs the request; its reply is swallowed, and the connection is silent from then on. */
  'drop-reply',
  /** The request (`ran: false`) or the reply (`ran: true`) is held back for up to `maxDelayMs`. */
  'delay',
  /** The server runs the request; the reply arrives a few bytes at a time, over up to `maxDelayMs`. */
  'throttle',
  /** From this request on nothing goes either way, and nobody is told. */
  'half-open',
  /** The server runs the request; bytes that are no reply arrive in the place of its reply, then the end. */
  'garbage',
  /** As `cut-before`, and new connections are reset for up to `maxDelayMs`. */
  'refuse',
] as const

/** Faults that only a server or a gateway of HTTP can have. */
export const HTTP_FAULTS = [
  /** 429 with a JSON error, instead of the request (`ran: false`) or of its response (`ran: true`). */
  'status-429',
  /** 500 with a JSON error, in either place. */
  'status-500',
  /** 502 with a page of HTML, in either place. */
  'status-502-html',
  /** The server runs the request; the response is 200 with the first half of its JSON. */
  'truncated-json',
  /** The server runs the request; the response is in another encoding than the one declared or asked for. */
  'wrong-encoding',
  /** 200 with no body, in either place. */
  'empty-body',
] as const

/** Faults of a request; {@link CONNECTION_FAULTS} and {@link HTTP_FAULTS} say what each one is. */
export type FaultKind = (typeof CONNECTION_FAULTS)[number] | (typeof HTTP_FAULTS)[number]

/** Options of {@link startFaultProxy}. */
export interface FaultProxyOptions {
  /** The port on 127.0.0.1 of the server behind the proxy. It need not be up yet. */
  targetPort: number
  /** Its protocol: Redis's (RESP2 or RESP3, one server, no TLS) or HTTP/1.1. */
  protocol: 'resp' | 'http'
  /** Any integer. The same seed gives the n-th request the same fault. */
  seed: number
  /** Probability of a fault for each request, 0 to 1. */
  rate: number
  /** The faults to choose from, all equally likely. Default: all that the protocol has. */
  kinds?: readonly FaultKind[]
  /** Longest time, in milliseconds, that a fault holds something back; 1 or more. Default: 100. */
  maxDelayMs?: number
  /**
   * After how many milliseconds a connection that `drop-reply` or `half-open` silenced is cut after all, as an operating
   * system does in the end. Default: never, only the client, `cutAll` or `stop` ends it.
   */
  cutSilentAfterMs?: number
  /**
   * Which commands may suffer a fault; the name comes in upper case. All others pass, and count for nothing. Over HTTP it
   * is the first command of the body in Upstash's format, else the first segment of the path.
   * Default: EVALSHA, EVAL and DEL.
   */
  only?: (command: string) => boolean
}

/** Settles what the seed would choose for a fault. */
export interface FaultSettings {
  /** Before the request runs, or after; only `delay`, the statuses and `empty-body` know both. */
  ran?: boolean
}

/** A running fault proxy. */
export interface FaultProxy {
  readonly port: number
  /** `redis://127.0.0.1:…` or `http://127.0.0.1:…`. */
  readonly url: string
  /** How often each fault has happened so far. */
  readonly injected: Readonly<Record<FaultKind, number>>
  /** How many faults have happened so far. */
  readonly totalInjected: number
  /** Changes the probability of a fault for requests from now on. */
  setRate(rate: number): void
  /** The very next request that `only` lets through suffers exactly this fault; several calls queue up. */
  next(kind: FaultKind, settings?: FaultSettings): void
  /** Cuts all connections at once (TCP reset). New ones are accepted. */
  cutAll(): void
  /** Ends the proxy at once: listener, connections, timers. The server behind it stays. Calling it again does nothing. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
