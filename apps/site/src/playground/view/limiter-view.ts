import type { History, Standing } from '../run/history.ts'
import { dateIn, day, duration, exactDuration, number, time, windowName } from '../text/format.ts'
import { CallsStrip } from './calls-strip.ts'
import { html, type View } from './html.ts'
import { LaneChart } from './lane-chart.ts'
import { type Scale, scaleFor, ticks } from './scale.ts'
import { useWidth } from './use-width.ts'

interface Props {
  readonly name: string
  readonly isAlone: boolean
  readonly history: History
  readonly id: string
  readonly start: number
  readonly now: number
}

/** One limiter: the calls of a caller, and that caller's windows as they fill and roll. */
export function LimiterView({ name, isAlone, history, id, start, now }: Props): View {
  const [ref, width] = useWidth()
  const scale = scaleFor(history.lanes, start, now, width)
  const { counts, marks, spans, pace } = history.of(id)
  const standings = history.windowsOf(id, now)
  const denied = counts.asked - counts.admitted
  return html`
    <section class="card limiter" aria-label=${isAlone ? 'The limiter' : `Limiter ${name}`} data-limiter=${name}>
      <header class="limiter-head">
        <h2>${isAlone ? html`Calls of <b>${id}</b>` : html`<span class="badge">${name}</span> Calls of <b>${id}</b>`}</h2>
        <p class="counts">
          ${pace !== undefined && pace.most > pace.limit && html`<span class="pace"><b data-most>${number(pace.most)}</b> admitted within ${exactDuration(pace.lengthMs)}</span>`}
          <span class="of admitted"><b data-admitted>${number(counts.admitted)}</b> admitted</span>
          <span class="of denied"><b data-denied>${number(denied)}</b> denied</span>
        </p>
      </header>
      <div class="chart" ref=${ref}>
        <${CallsStrip} marks=${marks} scale=${scale} />
        ${history.lanes.map(
          (lane, i) => html`
            <div class="lane-head">
              <span class="lane-name">${windowName(lane.window)} <i>${lane.window.anchor === 'calendar' ? '' : lane.window.anchor}</i></span>
              <${StandingText} standing=${standings[i]} now=${now} />
            </div>
            <${LaneChart} lane=${lane} spans=${spans[i] ?? []} scale=${scale} />
          `,
        )}
        <${Axis} scale=${scale} timeZone=${zoneOf(history)} />
        <i class="now" style=${{ left: `${scale.x(now)}px` }} aria-hidden="true"></i>
      </div>
    </section>
  `
}

function StandingText({ standing, now }: { standing: Standing; now: number }): View {
  const { window, used, end, isOpen } = standing
  if (!isOpen) return html`<span class="standing soft" data-used="0">none is open</span>`
  const ends =
    window.anchor === 'calendar'
      ? `ends ${dateIn(window.timeZone, end)}`
      : `ends in ${duration(Math.max(0, end - now))}`
  const isFull = used >= window.limit
  return html`
    <span class=${`standing ${isFull ? 'is-full' : ''}`} data-used=${used}>
      <b>${number(used)}</b> of ${number(window.limit)} used${isFull ? ', full' : ''}<span class="soft">, ${ends}</span>
    </span>
  `
}

function Axis({ scale, timeZone }: { scale: Scale; timeZone: string }): View {
  const isLong = scale.to - scale.from > 2 * 86_400_000
  const label = (at: number): string =>
    isLong ? (dateIn(timeZone, at).split(',')[0] ?? day(at)) : time(at).slice(0, 8)
  return html`
    <div class="axis" aria-hidden="true">
      ${ticks(scale).map((at) => html`<span key=${at} style=${{ left: `${scale.x(at)}px` }}>${label(at)}</span>`)}
    </div>
  `
}

function zoneOf({ lanes }: History): string {
  return lanes.flatMap(({ calendar }) => (calendar === undefined ? [] : [calendar.timeZone]))[0] ?? 'UTC'
}
