import { type CallerSetup, NEW_CALLER, NEW_WINDOW, type Setup, type WindowSetup } from './setup.ts'

/** A set-up that shows one thing. */
export interface Preset {
  readonly name: string
  readonly story: string
  readonly setup: Setup
}

const window = (changes: Partial<WindowSetup> = {}): WindowSetup => ({ ...NEW_WINDOW, ...changes })
const caller = (changes: Partial<CallerSetup> = {}): CallerSetup => ({ ...NEW_CALLER, ...changes })
const setup = (changes: Partial<Setup>): Setup => ({
  limiters: [[window()]],
  callers: [caller()],
  start: '2026-01-01T12:00:00Z',
  speed: 1,
  until: '',
  ...changes,
})

const BURSTS = [
  caller({ calls: '10', every: '20s', first: '3.5s' }),
  caller({ calls: '10', every: '20s', first: '4.5s' }),
]
/** A few seconds before a boundary. */
const BEFORE_A_BOUNDARY = '2026-01-01T12:00:06Z'

export const PRESETS: readonly Preset[] = [
  {
    name: 'One limit',
    story:
      'Ten calls in ten seconds. Each admitted call fills the window; when it is full, calls are denied and cost nothing. At the full ten seconds the next window begins, empty.',
    setup: setup({}),
  },
  {
    name: 'Epoch or first-hit',
    story:
      'The same calls, two limiters. A has epoch windows: they begin at 12:00:00, 12:00:10 and so on, for all callers. B has first-hit windows: one opens with a caller’s first admitted call and lasts ten seconds. Four seconds after a burst A is in its next window and admits; B is still in its first one and denies.',
    setup: setup({
      limiters: [[window({ limit: '6' })], [window({ limit: '6', anchor: 'first-hit' })]],
      callers: [caller({ every: '30s', first: '3s', calls: '6' }), caller({ every: '30s', first: '7s', calls: '3' })],
      start: '2026-01-01T12:00:04Z',
    }),
  },
  {
    name: 'Burst at a boundary',
    story:
      'The known weakness of fixed windows: ten calls just before a boundary, and ten just after it. Both bursts fit, each in its own window: twenty within one second. More than twice the limit can never pass within less than one window.',
    setup: setup({ callers: BURSTS, start: BEFORE_A_BOUNDARY }),
  },
  {
    name: 'A second window',
    story:
      'The cure. B also allows only three calls in one second. A call is admitted by both windows or charged to none, so that a burst is at most twice the limit of the short window.',
    setup: setup({
      limiters: [[window()], [window(), window({ limit: '3', window: '1s' })]],
      callers: BURSTS,
      start: BEFORE_A_BOUNDARY,
    }),
  },
  {
    name: 'A refund',
    story:
      'Each call takes three units; two seconds later they are given back, as if the work had failed. They go back only to the window they came from: a refund that comes after its end changes nothing.',
    setup: setup({ callers: [caller({ every: '1.6s', cost: '3', finish: 'refund' })] }),
  },
  {
    name: 'Settle tokens',
    story:
      'A model call reserves 1200 tokens and, three seconds later, is settled at what it really used: 400. The rest goes back. Requests and tokens are limited at once, and a call needs room in both windows.',
    setup: setup({
      limiters: [
        [
          window({ unit: 'requests', limit: '12', window: '20s' }),
          window({ unit: 'tokens', limit: '6000', window: '20s' }),
        ],
      ],
      callers: [
        caller({
          id: 'tenant_7',
          every: '1.1s',
          cost: 'requests 1, tokens 1200',
          finish: 'settle',
          after: '3s',
          actual: 'tokens 400',
        }),
      ],
    }),
  },
  {
    name: 'A calendar month',
    story:
      'A quota by the month in Berlin that begins on the 31st, fast-forwarded: two days pass in each second. In a month that is too short, the period begins on its last day.',
    setup: setup({
      limiters: [[window({ limit: '100', window: 'month', anchor: 'calendar', day: '31' })]],
      callers: [caller({ every: '6h', isRandom: true })],
      start: '2026-01-12T00:00:00Z',
      speed: 172_800,
    }),
  },
  {
    name: 'Many callers',
    story:
      'Each caller has separate windows. The busy one is denied; the others notice nothing. Choose below whose windows are drawn.',
    setup: setup({
      callers: [
        caller({ id: 'busy', every: '400ms', isRandom: true }),
        caller({ id: 'calm', every: '2.5s', isRandom: true }),
        caller({ id: 'bursty', calls: '6', every: '7s', first: '3s' }),
      ],
    }),
  },
]
