import { type Line, TimeChart } from '../chart/time-chart.ts'
import type { Model, StoreModel } from '../model/model.ts'
import { formatCount, formatMilliseconds, formatRate } from '../text/format.ts'
import { html, type View } from './html.ts'

const LINES: readonly Line[] = [
  { name: 'most', text: 'for 99 %', colour: 'soft', kind: 'plain' },
  { name: 'half', text: 'for half', colour: 'accent', kind: 'filled' },
]

/** Each store: whether it is asked, how fast it answers, how many calls share a command. */
export function Stores({ model: { stores, left } }: { readonly model: Model }): View {
  return html`<section class="part" aria-labelledby="stores">
    <header>
      <h2 id="stores">Stores</h2>
      <p class="small soft">Commands in the last minute, this process</p>
    </header>
    ${stores.map((store) => html`<${Store} key=${store.figures.name} store=${store} />`)}
    ${left.stores > 0 && html`<p class="small soft">${formatCount(left.stores)} more had no room in the last update.</p>`}
  </section>`
}

function Store({ store }: { readonly store: StoreModel }): View {
  const { name, breaker, commands, failedCommands, callsPerCommand, latencyMs } = store.figures
  const isOpen = breaker === 'open'
  return html`<article class="card store" data-store=${name}>
    <header>
      <h3>${name}</h3>
      <p class="state ${isOpen ? 'lost' : 'live'}">${isOpen ? 'Breaker open' : 'Breaker closed'}</p>
    </header>
    ${isOpen && html`<p class="small">Calls fail at once, without asking the store, until it answers again.</p>`}
    ${
      commands === 0
        ? html`<p class="small soft">No commands in the last minute.</p>`
        : html`<dl>
            <${Figure} name="Half within" value=${latencyMs && formatMilliseconds(latencyMs.p50)} kind="half" />
            <${Figure} name="99 % within" value=${latencyMs && formatMilliseconds(latencyMs.p99)} kind="most" />
            <${Figure} name="Slowest" value=${latencyMs && formatMilliseconds(latencyMs.max)} />
            <${Figure} name="Batch size" value=${formatRate(callsPerCommand)} />
            <${Figure} name="Commands" value=${formatCount(commands)} />
            <${Figure} name="Failed" value=${formatCount(failedCommands)} />
          </dl>`
    }
    ${
      store.latency.columns.most.some((value) => value !== null) &&
      html`<${TimeChart}
        history=${store.latency}
        lines=${LINES}
        format=${formatMilliseconds}
        label="Graph of how long the commands of ${name} took, since this page was opened."
      />`
    }
  </article>`
}

interface FigureProps {
  readonly name: string
  readonly value: string | undefined
  /** The line of the graph that it is. */
  readonly kind?: 'half' | 'most'
}

function Figure({ name, value = 'none', kind }: FigureProps): View {
  return html`<div class=${kind}><dt>${name}</dt><dd>${value}</dd></div>`
}
