import type { StoreFigures } from '../../messages.ts'
import type { Model } from '../model/model.ts'
import { formatCount, formatMilliseconds, formatRate } from '../text/format.ts'
import { html, type View } from './html.ts'

/** Each store: whether it is asked, how fast it answers, how many calls share a command. */
export function Stores({ model: { stores, left } }: { readonly model: Model }): View {
  return html`<section class="part" aria-labelledby="stores">
    <header>
      <h2 id="stores">Stores</h2>
      <p class="small soft">Last minute, this process</p>
    </header>
    ${stores.map((store) => html`<${Store} key=${store.name} store=${store} />`)}
    ${left.stores > 0 && html`<p class="small soft">${formatCount(left.stores)} more had no room in the last update.</p>`}
  </section>`
}

function Store({ store }: { readonly store: StoreFigures }): View {
  const { name, breaker, commands, failedCommands, callsPerCommand, latencyMs } = store
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
            <div><dt>Latency, half below</dt><dd>${latencyMs === undefined ? 'none' : formatMilliseconds(latencyMs.p50)}</dd></div>
            <div><dt>99 % below</dt><dd>${latencyMs === undefined ? 'none' : formatMilliseconds(latencyMs.p99)}</dd></div>
            <div><dt>Slowest</dt><dd>${latencyMs === undefined ? 'none' : formatMilliseconds(latencyMs.max)}</dd></div>
            <div><dt>Calls per command</dt><dd>${formatRate(callsPerCommand)}</dd></div>
            <div><dt>Commands</dt><dd>${formatCount(commands)}</dd></div>
            <div><dt>Failed commands</dt><dd>${formatCount(failedCommands)}</dd></div>
          </dl>`
    }
  </article>`
}
