import type { Take, Window } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { LAYOUT } from './key.ts'

interface Form {
  /** When the text holds no more, by the clock of this process. */
  readonly until: number
  /** What comes before the costs; undefined where the take goes as a list. */
  readonly text: string | undefined
}

const FOREVER = Number.POSITIVE_INFINITY

/** Limiters use the same few arrays of windows again and again. */
const forms = new WeakMap<readonly Window[], Form>()

/**
 * A lone take in a form of its own; undefined where it goes as a list. With several windows it says how their value begins if the
 * clock of this process is right, which saves the server a third of the work. A wrong guess costs time, and decides nothing.
 */
export function encodeLone({ windows, costs }: Take): string | undefined {
  let form = forms.get(windows)
  if (form === undefined || (form.until !== FOREVER && form.until <= Date.now())) {
    form = windows.length === 1 ? formOfOne(windows[0] as Window) : formOfSeveral(Math.max(Date.now(), 0), windows)
    forms.set(windows, form)
  }
  if (form.text === undefined) return undefined
  if (windows.length === 1) return form.text + costs[0]
  return form.text + windows.map(({ limit }, w) => `${costs[w]}:${limit}`).join()
}

function formOfOne(window: Window): Form {
  const name = counterName(window)
  // The units begin behind `1;NAME=`, an end of 13 digits, and a space.
  const text = window.anchor === 'calendar' ? undefined : `${name} ${window.limit} ${name.length + 17} `
  return { until: FOREVER, text }
}

function formOfSeveral(now: number, windows: readonly Window[]): Form {
  let [from, until, last, head] = [0, FOREVER, 0, LAYOUT]
  for (const window of windows) {
    if (window.anchor !== 'epoch') return { until: FOREVER, text: undefined }
    const start = now - (now % window.windowMs)
    const end = start + window.windowMs
    from = Math.max(from, start)
    until = Math.min(until, end)
    last = Math.max(last, end)
    head += `;${counterName(window)}=${end}`
  }
  return { until, text: `h${from} ${until - from} ${last - from} ${head.length + 1} ${head} ` }
}
