import type { Take, Window } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { ByWindows, isCalendar } from './by-windows.ts'
import { VALUE_LAYOUT } from './key.ts'

interface Form {
  /** When the text holds no more, by the clock of this process. */
  readonly until: number
  /** The part before the costs; undefined where the take goes as a list. */
  readonly text: string | undefined
  /** The end of the reply, and so of the argument: the ends, where they don't follow from the clock. */
  readonly suffix: string
}

const FOREVER = Number.POSITIVE_INFINITY

const forms = new ByWindows<Form>()

/**
 * A lone take in a special form; undefined where it goes as a list. With several windows, or one of a calendar, it says how their
 * value begins if the clock of this process is right, which saves the server a third of the work. A wrong guess costs time, and
 * decides nothing.
 */
export function encodeLone({ windows, costs }: Take): string | undefined {
  const form = forms.get(windows, () => formOfOne(windows) ?? formOfSeveral(windows), isOver)
  if (form.text === undefined) return undefined
  if (form.until === FOREVER) return form.text + costs[0]
  return form.text + windows.map(({ limit }, w) => `${costs[w]}:${limit}`).join() + form.suffix
}

function isOver({ until }: Form): boolean {
  return until !== FOREVER && until <= Date.now()
}

const LIST: Form = { until: FOREVER, text: undefined, suffix: '' }

function formOfOne([window, ...others]: readonly Window[]): Form | undefined {
  if (window === undefined || others.length > 0 || isCalendar(window)) return undefined
  const name = counterName(window)
  // The units begin behind `1;NAME=`, an end of 13 digits, and a space.
  return { until: FOREVER, text: `${name} ${window.limit} ${name.length + 17} `, suffix: '' }
}

function formOfSeveral(windows: readonly Window[]): Form {
  const now = Math.max(Date.now(), 0)
  let [from, until, last, head] = [0, FOREVER, 0, VALUE_LAYOUT]
  const ends: number[] = []
  for (const window of windows) {
    if (window.anchor === 'first-hit') return LIST
    const [start, end] = periodAt(now, window)
    // The store's clock is far from this process's, by which the guess would be wrong each time.
    if (start === undefined || end === undefined) return { ...LIST, until: now }
    ends.push(end)
    from = Math.max(from, start)
    until = Math.min(until, end)
    last = Math.max(last, end)
    head += `;${counterName(window)}=${end}`
  }
  const suffix = windows.every(({ anchor }) => anchor === 'epoch') ? '' : `@${ends.join()}`
  return { until, text: `h${from} ${until - from} ${last - from} ${head.length + 1} ${head} `, suffix }
}

/** Begin and end of the window that is open at this time. */
function periodAt(now: number, window: Window): readonly (number | undefined)[] {
  if (isCalendar(window)) {
    return [window.ends.findLast((end) => end <= now), window.ends.find((end) => end > now)]
  }
  const start = now - (now % window.windowMs)
  return [start, start + window.windowMs]
}
