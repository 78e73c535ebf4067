import { useState } from 'preact/hooks'
import { limiterName } from '../run/limiters.ts'
import { Answers } from './answers.ts'
import { ByHand } from './by-hand.ts'
import { ClockBar } from './clock-bar.ts'
import { CodeView } from './code-view.ts'
import { html, type View } from './html.ts'
import { LimiterView } from './limiter-view.ts'
import { Presets } from './presets.ts'
import { Settings } from './settings.ts'
import { usePlayground } from './use-playground.ts'

const DAY_MS = 86_400_000

/** The playground. */
export function App(): View {
  const playground = usePlayground()
  const { setup, run, error } = playground
  const [chosen, choose] = useState('')
  const [said, say] = useState('')
  const ids = [...new Set(setup.callers.map(({ id }) => id))]
  const id = ids.includes(chosen) ? chosen : (ids[0] ?? '')
  return html`
    <${Presets} setup=${setup} onSetup=${playground.setSetup} />
    ${error !== undefined && html`<p class="error" role="alert">${error}</p>`}
    <div class="columns">
      <div class="live">
        <${ClockBar} playground=${playground} id=${id} say=${say} />
        ${ids.length > 1 && html`<${Whose} ids=${ids} chosen=${id} choose=${choose} />`}
        ${run?.histories.map(
          (history, i) => html`
            <${LimiterView} key=${i} name=${limiterName(i)} isAlone=${run.histories.length === 1} history=${history} id=${id} start=${run.start} now=${run.now} />
          `,
        )}
        <p class="legend small soft" aria-hidden="true">
          <span class="of admitted">admitted call</span><span class="of denied">denied call</span><span class="of used">units used</span>
        </p>
        ${run && html`<${ByHand} playground=${playground} run=${run} id=${id} say=${say} />`}
      </div>
      <section class="card settings" aria-label="Settings">
        <h2>Settings</h2>
        <${Settings} setup=${setup} onSetup=${playground.setSetup} />
      </section>
      <div class="details">
        <${CodeView} setup=${setup} say=${say} />
        <section aria-label="Answers">
          <h2>Answers</h2>
          ${run && html`<${Answers} entries=${run.entries} names=${run.limiters.map(({ name }) => name)} isLong=${run.now - run.start > DAY_MS} />`}
        </section>
      </div>
    </div>
    <p class="unseen" role="status">${said}</p>
  `
}

function Whose({
  ids,
  chosen,
  choose,
}: {
  ids: readonly string[]
  chosen: string
  choose: (id: string) => void
}): View {
  return html`
    <div class="chips" role="group" aria-label="Whose windows are drawn">
      ${ids.map(
        (id) =>
          html`<button type="button" class="chip" aria-pressed=${id === chosen} onClick=${() => choose(id)}>${id}</button>`,
      )}
    </div>
  `
}
