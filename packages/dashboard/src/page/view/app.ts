import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Subject } from '../../messages.ts'
import type { Model } from '../model/model.ts'
import { type LiveState, LiveStream } from '../stream/live-stream.ts'
import { useAnnouncer } from './announcer.ts'
import { DeniedMost } from './denied-most.ts'
import { html, type View } from './html.ts'
import { Limiters } from './limiters.ts'
import { LiveNotice, ProcessLine, StateMark } from './live-state.ts'
import { LookUp } from './look-up.ts'
import { Stores } from './stores.ts'

/** The page. */
export function App(): View {
  const [state, setState] = useState<LiveState>({ name: 'connecting', after: undefined })
  const [model, setModel] = useState<Model>()
  const [subject, setSubject] = useState<Subject>()
  const [announcer, announce] = useAnnouncer()
  const stream = useMemo(() => new LiveStream({ onState: setState, onModel: setModel }), [])
  useEffect(() => {
    // A hidden page needs no connection: a browser has six for each server, and the server twenty streams for all.
    const follow = (): void => (document.visibilityState === 'visible' ? stream.open() : stream.close())
    document.addEventListener('visibilitychange', follow)
    follow()
    return () => document.removeEventListener('visibilitychange', follow)
  }, [stream])

  return html`
    ${model && html`<a class="skip" href="#look-up">Look-up</a>`}
    <div class="frame">
      <header class="top">
        <h1>Rate limits</h1>
        <${StateMark} state=${state} announce=${announce} />
        <${ProcessLine} model=${model} announce=${announce} />
      </header>
      <${LiveNotice} state=${state} isShown=${model !== undefined} onRetry=${() => stream.open()} />
      <main class="columns">
        <div>${model?.process && html`<${Limiters} model=${model} />`}</div>
        <div>
          ${model && html`<${LookUp} model=${model} subject=${subject} onSubject=${setSubject} announce=${announce} />`}
          ${
            model && model.deniedMost !== 'off' && html`<${DeniedMost} process=${model.process} onPick=${setSubject} />`
          }
          ${model?.process && html`<${Stores} model=${model} />`}
        </div>
      </main>
    </div>
    ${announcer}
  `
}
