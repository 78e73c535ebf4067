import type { FaultKind, FaultProxy } from '@rl/test-servers'
import { type Fault, type FaultGroup, onStage } from '../fault.ts'
import type { Stage } from '../stage.ts'
import { ALL_REDIS, type StoreName, storesOn } from '../stores.ts'
import { type Expected, type Figures, trial } from '../trial.ts'

const ENOUGH = 5
/** Each of these costs the client a connection, and a second until it gives it up. */
const ENOUGH_SILENT = 2
/** A connection on which nothing comes any more is an operating system's to end, if the client has no time limit for it. */
const CUT_SILENT_AFTER_MS = 600

const KINDS: readonly [FaultKind, string, Expected['failures'], string][] = [
  ['cut-before', 'connection cut before the request', 'unknown', 'charged once or not at all'],
  ['cut-after', 'connection cut after the server ran it', 'unknown', 'charged once or not at all'],
  ['cut-during', 'connection cut halfway through the reply', 'unknown', 'charged once or not at all'],
  [
    'drop-reply',
    'reply lost, connection silent from then on',
    'unknown',
    'charged once or not at all; there is a new connection in the end',
  ],
  ['delay', 'request or reply delayed by up to 100 ms', 'none', 'no call fails'],
  ['throttle', 'reply trickles in, a few bytes at a time', 'none', 'no call fails'],
  [
    'half-open',
    'nothing goes either way, and neither side is told',
    'unknown',
    'charged once or not at all; there is a new connection in the end',
  ],
  ['garbage', 'bytes that are no reply', 'unknown', 'never taken for an answer; charged once or not at all'],
  ['refuse', 'connection cut, and new ones refused for a while', 'any', 'the client connects again'],
]

export const CONNECTIONS: FaultGroup = {
  title: 'Connections',
  ...onStage(),
  faults: KINDS.map(([kind, title, failures, asserted]) => ({
    title,
    stores: ALL_REDIS,
    asserted,
    play: (stage) => throughProxies(stage, kind, failures),
  })),
}

const HTTP_KINDS: readonly [FaultKind, string][] = [
  ['status-429', 'HTTP 429 with a JSON error'],
  ['status-500', 'HTTP 500 with a JSON error'],
  ['status-502-html', 'HTTP 502 with a page of HTML'],
  ['truncated-json', 'HTTP 200 with half of its JSON'],
  ['wrong-encoding', 'HTTP 200 in another encoding than declared'],
  ['empty-body', 'HTTP 200 with nothing in it'],
]

export const HTTP_ANSWERS: FaultGroup = {
  title: 'HTTP answers',
  ...onStage(),
  faults: HTTP_KINDS.map(
    ([kind, title]): Fault => ({
      title,
      stores: storesOn('rest'),
      asserted: 'never taken for an answer; charged once or not at all',
      play: (stage) => throughProxies(stage, kind, 'unknown'),
    }),
  ),
}

async function throughProxies(stage: Stage, kind: FaultKind, failures: Expected['failures']): Promise<Figures> {
  const silent = needsHelp(stage.store) ? { cutSilentAfterMs: CUT_SILENT_AFTER_MS } : {}
  const proxies = await stage.interpose({ seed: 42, kinds: [kind], ...silent })
  try {
    return await trial(
      stage,
      async (traffic) => {
        setRate(proxies, 0.2)
        const enough = kind === 'drop-reply' || kind === 'half-open' ? ENOUGH_SILENT : ENOUGH
        await traffic.until(
          'faults',
          () => proxies.reduce((sum, { totalInjected }) => sum + totalInjected, 0) >= enough,
        )
        await traffic.turnOver()
        setRate(proxies, 0)
      },
      failures === 'none' ? { failures, deadlineMs: 5000 } : { failures },
    )
  } finally {
    await stage.remove()
  }
}

/** node-redis has no time limit for overdue replies: its `socketTimeout` takes what is written for a sign of life. */
function needsHelp(store: StoreName): boolean {
  return store.startsWith('node-redis')
}

function setRate(proxies: readonly FaultProxy[], rate: number): void {
  for (const proxy of proxies) proxy.setRate(rate)
}
