import { useState } from 'preact/hooks'
import type { Entry, Run } from '../run/run.ts'
import { NEW_CALLER, parseCost } from '../setup/setup.ts'
import { answerText } from '../text/answers.ts'
import { TextField } from './fields.ts'
import { html, type View } from './html.ts'
import type { Playground } from './use-playground.ts'

interface Props {
  readonly playground: Playground
  readonly run: Run
  readonly id: string
  readonly say: (text: string) => void
}

/** Calls and changes by hand, at this moment of the clock. */
export function ByHand({ playground, run, id, say }: Props): View {
  const [actual, setActual] = useState('1')
  const caller = playground.setup.callers.find((each) => each.id === id) ?? { ...NEW_CALLER, id }
  const doIt = async (change: (run: Run) => Promise<Entry | undefined>): Promise<void> => {
    const entry = await playground.act(change)
    if (entry !== undefined) say(entry.answers.map(answerText).join('; '))
  }
  const callOften = async (each: Run): Promise<Entry | undefined> => {
    let entry: Entry | undefined
    for (let i = 0; i < 10; i++) entry = await each.call(caller)
    return entry
  }
  return html`
    <section class="by-hand" aria-label="By hand">
      <h2>By hand</h2>
      <div class="row">
        <button type="button" onClick=${() => doIt((each) => each.call(caller))}>Call</button>
        <button type="button" onClick=${() => doIt(callOften)}>Call 10 times</button>
        <button type="button" disabled=${!run.canChangeLast} onClick=${() => doIt((each) => each.refundLast())}>Refund the last</button>
        <span class="pair">
          <button type="button" disabled=${!run.canChangeLast} onClick=${() => doIt((each) => each.settleLast(parseCost(actual)))}>Settle the last</button>
          <${TextField} label="at" value=${actual} onValue=${setActual} />
        </span>
        <button type="button" onClick=${() => doIt((each) => each.reset(id))}>Reset</button>
      </div>
    </section>
  `
}
