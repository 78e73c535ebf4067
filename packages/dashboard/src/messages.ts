/**
 * Everything that the page and the server say to each other. Paths are relative to the page, whose own path ends in `/`:
 *
 * - GET `` the page, GET `page.js`, GET `page.css`: the texts of `page/page.generated.ts` (`PAGE_HTML`, `PAGE_JS`, `PAGE_CSS`),
 * which
 *   `build/page.mjs` writes and the server imports at the first request;
 * - GET `stream`: server-sent events, see {@link StreamEvents};
 * - POST `lookup`, `trial`, `refund`, `reset`, `denied`: JSON, see {@link Actions}.
 *
 * A POST has `Content-Type: application/json` and the header {@link ACTION_HEADER}; the browser adds `Origin`. Identifiers are in
 * bodies of POSTs and of their answers, and nowhere else: not in the stream, not in an address.
 *
 * An answer that is not 200 has a {@link Refusal} as its JSON body. A stream ends after 15 minutes, when its reader is slow,
 * and when the dashboard is closed: open it again.
 */

/** A header of every POST, with the value `1`: a form of another site can't set it. */
export const ACTION_HEADER = 'rl-dashboard'

/** A graph shows one process: another one, or a restarted one, begins a new graph. */
export interface ProcessIdentity {
  /** Random, one for each `dashboard(…)` that was made. If it changes, begin a new graph. */
  readonly graph: string
  /** The host's name; `'unknown'` where the runtime does not say. */
  readonly host: string
  /** 0 where the runtime does not say. */
  readonly pid: number
  /** Since when it has counted: milliseconds since the epoch. */
  readonly since: number
}

/** Calls of one limiter in this process. They are of three kinds: the sum is all calls. The dashboard's own are left out. */
export interface Counts {
  /** Admitted by a counter. */
  readonly admitted: number
  /** Denied by a counter. */
  readonly denied: number
  /** The store did not answer: the call was rejected, or the failure policy decided. */
  readonly failed: number
}

export interface PolicyWindow {
  /** The unit that the window counts, if the options name it. */
  readonly unit?: string | undefined
  /** Units per window. */
  readonly limit: number
  /** As people write it: `'1m'`, `'1d'`, `'month'`. */
  readonly length: string
  readonly anchor: 'epoch' | 'first-hit' | 'calendar'
  /** Only of a calendar. */
  readonly timeZone?: string | undefined
}

/** The event `limiter`: one for each limiter when a stream begins, before the first snapshot. */
export interface LimiterMessage {
  /** The limiter's name, which is what requests name it by. */
  readonly name: string
  /** Of {@link StoreFigures}: what its store is called there. */
  readonly store: string
  /** In the order of the options. */
  readonly windows: readonly PolicyWindow[]
  /** Earlier counts. Undefined where nothing of a process is shown. */
  readonly past?: Past | undefined
}

/** The last seconds until and with `until`, oldest first, one number for each second: at most 300. */
export interface Past {
  /** Seconds since the epoch. */
  readonly until: number
  readonly admitted: readonly number[]
  readonly denied: readonly number[]
  readonly failed: readonly number[]
}

/**
 * How full windows were after the calls of the last minute: counts of calls, by the share of the limit that was used. The nth
 * (from 0) of the first ten is for shares from n to below n + 1 tenths, the eleventh for full windows.
 */
export type Fullness = readonly number[]

export interface LimiterFigures {
  readonly name: string
  /** Of the whole second before the snapshot, see {@link Snapshot.second}. */
  readonly lastSecond: Counts
  /** Since {@link ProcessIdentity.since}. */
  readonly total: Counts
  /** One for each window, in the order of the options. */
  readonly fullness: readonly Fullness[]
}

export interface StoreFigures {
  /** The store's label; with a number behind it where several stores have the same. */
  readonly name: string
  /** `'open'`: calls fail without asking the store. */
  readonly breaker: 'closed' | 'open'
  /** The rest is of the last minute. All 0 and no `latencyMs` for a store in the caller's process, which needs no commands. */
  readonly commands: number
  /** Commands that were not answered. */
  readonly failedCommands: number
  /** Calls that these commands carried, on average. */
  readonly callsPerCommand: number
  /** From sending a command to its answer; none without commands. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly max: number } | undefined
}

/** The event `snapshot`: one a second, the same for all streams, at most 8 kB. */
export interface Snapshot {
  /**
   * Undefined where requests are isolated from each other (Cloudflare Workers): then the page shows look-ups only, `limiters` and
   * `stores` are empty, and the stream has said all it has to: do not open it again.
   */
  readonly process?: ProcessIdentity | undefined
  /** The second that `lastSecond` is about: seconds since the epoch. A busy process may leave some out; totals count them. */
  readonly second: number
  /** The busiest, in the order of the options. */
  readonly limiters: readonly LimiterFigures[]
  readonly stores: readonly StoreFigures[]
  /** Limiters and stores without room in 8 kB. */
  readonly left: { readonly limiters: number; readonly stores: number }
  /** Whether the identifiers denied most can be asked for, and how they are shown. */
  readonly deniedMost: 'off' | 'hashed' | 'plain'
}

export interface StreamEvents {
  readonly limiter: LimiterMessage
  readonly snapshot: Snapshot
}

/** Units of each window: a number, or where windows name units, one for each of them. Integers from 0. */
export type Units = number | Readonly<Record<string, number>>

/** Whom a request is about. */
export interface Subject {
  /** The limiter's name. */
  readonly limiter: string
  readonly id: string
}

/** How an identifier stands, in all processes, by the store's clock. */
export interface Standing {
  /** Whether a call was admitted; of a look-up: whether one of the default cost would be. */
  readonly allowed: boolean
  /** 0 when allowed; null if it can never be. */
  readonly retryAfterMs: number | null
  /** In the order of the options. */
  readonly windows: readonly StandingWindow[]
  /** The identifier's hash in the list of those denied most. */
  readonly hash?: string | undefined
}

export interface StandingWindow {
  readonly unit?: string | undefined
  /** The limiter's own; a call may bring another one. */
  readonly limit: number
  /** More than `limit` where a window is in debt, or where calls brought higher limits. Of a trial, at most `limit`. */
  readonly used: number
  /** Units left, 0 or more. */
  readonly remaining: number
  /** When the window ends: milliseconds since the epoch by the store's clock. */
  readonly resetAt: number
  /** The same from this answer on. Count down with this one, as the browser's clock is another. */
  readonly resetAfterMs: number
}

export interface RefundReply {
  /** In the order of the options: how many units went back, at most those that were used. Undefined: no window was open. */
  readonly windows: readonly { readonly unit?: string | undefined; readonly givenBack: number }[]
}

/** One of those denied most. Ask for the list every few seconds at most: it is a look-up. */
interface DeniedIdentifier {
  readonly limiter: string
  /**
   * The identifier; one over 128 characters or with `#` first is shown as `#` and its SHA-256, and can't be looked up from here.
   * Hashed: 16 hexadecimal digits, keyed, so that they mean nothing outside of this process.
   */
  readonly id: string
  /** Denials in this process, at most. */
  readonly count: number
  /** By how much `count` may be too high: at least `count - error` denials are certain. */
  readonly error: number
}

export interface DeniedReply {
  readonly shown: 'hashed' | 'plain'
  /** The most denied first, at most 50. */
  readonly identifiers: readonly DeniedIdentifier[]
  /** Nobody who is left out was denied more often than this. */
  readonly othersAtMost: number
}

/** Requests by path, with their answers. */
export interface Actions {
  /** Takes nothing. Ask once a second at most to show windows live; a look-up that goes on is one event for the operator. */
  readonly lookup: { readonly body: Subject; readonly reply: Standing }
  /** A real call: takes `cost` units, by default as a call without options does. */
  readonly trial: { readonly body: Subject & { readonly cost?: Units | undefined }; readonly reply: Standing }
  /** Gives units back to the windows that are open, also units that others took. */
  readonly refund: { readonly body: Subject & { readonly units: Units }; readonly reply: RefundReply }
  readonly reset: { readonly body: Subject; readonly reply: Record<string, never> }
  /** Permitted to those who may look up. */
  readonly denied: { readonly body: Record<string, never>; readonly reply: DeniedReply }
}

export interface Refusal {
  readonly error: {
    readonly code: RefusalCode
    /** For people. Never has an identifier in it. */
    readonly message: string
  }
}

/** With the status of the answer. */
export type RefusalCode =
  /** 400: the body is no JSON, or not what is asked for. */
  | 'bad-request'
  /** 403: `authorize` did not say yes. */
  | 'not-permitted'
  /** 403: from another site. */
  | 'wrong-origin'
  /** 404: no such path, no limiter of that name, or a list that is switched off. */
  | 'not-found'
  /** 405 */
  | 'wrong-method'
  /** 413: a body over 16 kB. */
  | 'too-large'
  /** 415: not application/json. */
  | 'wrong-type'
  /** 429: the dashboard would send the store more than ten commands a second. Try again in a second. */
  | 'busy'
  /** 502: the store did not answer. */
  | 'store-failed'
  /** 503: 20 streams are open, or the dashboard is closed. */
  | 'unavailable'
  /** 500: a mistake of the dashboard's. */
  | 'failed'
