import { type Line, TimeChart } from '../chart/time-chart.ts'
import { recentAverage } from '../model/history.ts'
import { KINDS, type LimiterModel, type Model } from '../model/model.ts'
import { formatCount, formatRate } from '../text/format.ts'
import { windowText } from '../text/window-text.ts'
import { FullnessBars } from './fullness.ts'
import { html, type View } from './html.ts'

const LINES: readonly Line[] = KINDS.map((kind) => ({
  name: kind,
  text: kind,
  colour: kind,
  kind: kind === 'failed' ? 'dashed' : 'filled',
}))

/** Each limiter: what it admitted, denied and failed, and how full its windows are. */
export function Limiters({ model }: { readonly model: Model }): View {
  const { limiters, left } = model
  return html`<section class="part" aria-labelledby="limiters">
    <header>
      <h2 id="limiters">Limiters</h2>
      <p class="small soft">Calls per second in the last 5 minutes, this process</p>
    </header>
    ${limiters.map((limiter) => html`<${Limiter} key=${limiter.message.name} limiter=${limiter} />`)}
    ${
      left.limiters > 0 &&
      html`<p class="small soft">
        ${formatCount(left.limiters)} of them had no room in the last update, as others were busier.
      </p>`
    }
  </section>`
}

function Limiter({ limiter }: { readonly limiter: LimiterModel }): View {
  const { message, rates, figures } = limiter
  return html`<article class="card limiter" data-limiter=${message.name}>
    <header>
      <h3>${message.name}</h3>
      <p class="small soft">
        ${message.windows.map(windowText).join(' and ')}<span class="store">${message.store}</span>
        ${rates && figures === undefined && ' No room in the last update'}
      </p>
    </header>
    ${
      rates &&
      html`
        <dl class="rates">
          ${KINDS.map(
            (kind) => html`<div class=${kind}>
              <dt>${kind}</dt>
              <dd><b>${formatRate(recentAverage(rates.columns[kind]))}</b> <span class="small soft">per second</span></dd>
              ${
                figures &&
                html`<dd class="small soft"><span data-total=${kind}>${formatCount(figures.total[kind])}</span> in all</dd>`
              }
            </div>`,
          )}
        </dl>
        <${TimeChart} history=${rates} lines=${LINES} format=${formatRate} label=${chartLabel(message.name, rates)} />
      `
    }
    ${
      figures &&
      html`<div class="fullness">
        ${figures.fullness.map((each, i) => {
          const window = message.windows[i]
          return window && html`<${FullnessBars} counts=${each} window=${windowText(window)} />`
        })}
      </div>`
    }
  </article>`
}

function chartLabel(name: string, rates: NonNullable<LimiterModel['rates']>): string {
  const each = KINDS.map((kind) => `${formatRate(recentAverage(rates.columns[kind]))} ${kind}`)
  return `Graph of the calls per second of ${name}. Now: ${each.join(', ')}.`
}
