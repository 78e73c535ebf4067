import { limiterName } from '../run/limiters.ts'
import {
  type CallerSetup,
  MOST,
  NEW_CALLER,
  NEW_WINDOW,
  PERIODS,
  type Setup,
  type WindowSetup,
} from '../setup/setup.ts'
import { Check, Choice, TextField } from './fields.ts'
import { html, type View } from './html.ts'

const ANCHORS = [
  ['epoch', 'epoch'],
  ['first-hit', 'first-hit'],
  ['calendar', 'calendar'],
] as const

const FINISH = [
  ['keep', 'nothing'],
  ['refund', 'refund'],
  ['settle', 'settle'],
] as const

interface Props {
  readonly setup: Setup
  readonly onSetup: (setup: Setup) => void
}

/** All that one can set. */
export function Settings({ setup, onSetup }: Props): View {
  const { limiters, callers } = setup
  const setLimiters = (changed: Setup['limiters']): void => onSetup({ ...setup, limiters: changed })
  const setCallers = (changed: Setup['callers']): void => onSetup({ ...setup, callers: changed })
  return html`
    ${limiters.map(
      (windows, i) => html`
        <fieldset>
          <legend>${limiters.length === 1 ? 'Limiter' : `Limiter ${limiterName(i)}`}</legend>
          ${windows.map(
            (window, j) => html`
              <${WindowFields} window=${window} label=${windows.length === 1 ? undefined : `Window ${j + 1}`}
                onWindow=${(changed: WindowSetup) => setLimiters(replace(limiters, i, replace(windows, j, changed)))}
                onRemove=${windows.length > 1 && (() => setLimiters(replace(limiters, i, without(windows, j))))} />
            `,
          )}
          <div class="row">
            ${
              windows.length < MOST.windows &&
              html`<button type="button" class="quiet" onClick=${() => setLimiters(replace(limiters, i, [...windows, another(windows)]))}>Add a window</button>`
            }
            ${
              i === 1 &&
              html`<button type="button" class="quiet" onClick=${() => setLimiters(limiters.slice(0, 1))}>Remove limiter B</button>`
            }
          </div>
        </fieldset>
      `,
    )}
    ${
      limiters.length < MOST.limiters &&
      html`<button type="button" onClick=${() => setLimiters([...limiters, limiters[0] ?? [NEW_WINDOW]])}>Compare with a second limiter</button>`
    }
    <fieldset>
      <legend>Callers</legend>
      ${callers.map(
        (caller, i) => html`
          <${CallerFields} caller=${caller}
            onCaller=${(changed: CallerSetup) => setCallers(replace(callers, i, changed))}
            onRemove=${callers.length > 1 && (() => setCallers(without(callers, i)))} />
        `,
      )}
      ${
        callers.length < MOST.callers &&
        html`<div class="row"><button type="button" class="quiet" onClick=${() => setCallers([...callers, { ...NEW_CALLER, id: `user_${callers.length + 1}` }])}>Add a caller</button></div>`
      }
    </fieldset>
    <fieldset>
      <legend>Clock</legend>
      <${TextField} label="Starts at" size="long" value=${setup.start} onValue=${(start: string) => onSetup({ ...setup, start })} />
    </fieldset>
  `
}

interface WindowProps {
  readonly window: WindowSetup
  readonly label: string | undefined
  readonly onWindow: (window: WindowSetup) => void
  readonly onRemove: (() => void) | false
}

function WindowFields({ window, label, onWindow, onRemove }: WindowProps): View {
  const set = (changes: Partial<WindowSetup>): void => onWindow({ ...window, ...changes })
  const setAnchor = (anchor: string): void => {
    const isCalendar = anchor === 'calendar'
    const length = isCalendar ? 'month' : window.anchor === 'calendar' ? '10s' : window.window
    set({ anchor: anchor as WindowSetup['anchor'], window: length })
  }
  return html`
    <div class="group" role="group" aria-label=${label}>
      <${TextField} label="Limit" isNumber value=${window.limit} onValue=${(limit: string) => set({ limit })} />
      ${
        window.anchor === 'calendar'
          ? html`<${Choice} label="Window" value=${window.window} choices=${PERIODS.map((each) => [each, each])} onValue=${(period: string) => set({ window: period })} />`
          : html`<${TextField} label="Window" value=${window.window} onValue=${(length: string) => set({ window: length })} />`
      }
      <${Choice} label="Anchor" value=${window.anchor} choices=${ANCHORS} onValue=${setAnchor} />
      <${TextField} label="Unit" value=${window.unit} onValue=${(unit: string) => set({ unit })} />
      ${
        window.anchor === 'calendar' &&
        html`
          <${TextField} label="Time zone" size="long" value=${window.timeZone} onValue=${(timeZone: string) => set({ timeZone })} />
          ${window.window === 'month' && html`<${TextField} label="First day" isNumber value=${window.day} onValue=${(day: string) => set({ day })} />`}
        `
      }
      ${onRemove && html`<button type="button" class="quiet remove" onClick=${onRemove} aria-label=${`Remove ${label?.toLowerCase()}`}>Remove</button>`}
    </div>
  `
}

interface CallerProps {
  readonly caller: CallerSetup
  readonly onCaller: (caller: CallerSetup) => void
  readonly onRemove: (() => void) | false
}

function CallerFields({ caller, onCaller, onRemove }: CallerProps): View {
  const set = (changes: Partial<CallerSetup>): void => onCaller({ ...caller, ...changes })
  return html`
    <div class="group" role="group" aria-label=${`Calls of ${caller.id}`}>
      <${TextField} label="Caller" value=${caller.id} onValue=${(id: string) => set({ id })} />
      <${TextField} label="At once" isNumber value=${caller.calls} onValue=${(calls: string) => set({ calls })} />
      <${TextField} label="Every" value=${caller.every} onValue=${(every: string) => set({ every })} />
      <${TextField} label="First after" value=${caller.first} onValue=${(first: string) => set({ first })} />
      <${TextField} label="Cost" size=${sizeOf(caller.cost)} value=${caller.cost} onValue=${(cost: string) => set({ cost })} />
      <${Choice} label="Then" value=${caller.finish} choices=${FINISH} onValue=${(finish: string) => set({ finish: finish as CallerSetup['finish'] })} />
      ${caller.finish !== 'keep' && html`<${TextField} label="After" value=${caller.after} onValue=${(after: string) => set({ after })} />`}
      ${caller.finish === 'settle' && html`<${TextField} label="At" size=${sizeOf(caller.actual)} value=${caller.actual} onValue=${(actual: string) => set({ actual })} />`}
      <${Check} label="At random moments" isOn=${caller.isRandom} onValue=${(isRandom: boolean) => set({ isRandom })} />
      ${onRemove && html`<button type="button" class="quiet remove" onClick=${onRemove} aria-label=${`Remove the calls of ${caller.id}`}>Remove</button>`}
    </div>
  `
}

/** Units need a line. */
function sizeOf(cost: string): 'short' | 'long' {
  return cost.length > 8 ? 'long' : 'short'
}

/** Unlike the last in its length: no two windows of a limiter may be the same. */
function another(windows: readonly WindowSetup[]): WindowSetup {
  const last = windows.at(-1) ?? NEW_WINDOW
  const isTaken = (length: string): boolean => windows.some(({ window }) => window === length)
  const length = ['1s', '1m', '5s', '1h'].find((each) => !isTaken(each)) ?? '2s'
  return { ...NEW_WINDOW, limit: '3', window: length, unit: last.unit }
}

function replace<T>(list: readonly T[], index: number, value: T): readonly T[] {
  return list.map((each, i) => (i === index ? value : each))
}

function without<T>(list: readonly T[], index: number): readonly T[] {
  return list.filter((_, i) => i !== index)
}
