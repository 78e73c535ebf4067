import { useEffect, useRef, useState } from 'preact/hooks'
import type { Model } from '../model/model.ts'
import type { LiveState } from '../stream/live-stream.ts'
import { formatTime } from '../text/format.ts'
import type { Announce } from './announcer.ts'
import { html, type View } from './html.ts'

const WORDS = {
  connecting: ['Connecting', ''],
  live: ['Live', 'live'],
  waiting: ['Not live', 'lost'],
  refused: ['Not live', 'lost'],
  complete: ['Look-ups only', ''],
} as const

/** One word on whether the page is live. */
export function StateMark({ state, announce }: { readonly state: LiveState; readonly announce: Announce }): View {
  const [words, kind] = WORDS[state.name]
  const announced = useRef<string>(words)
  const text = 'reason' in state ? `${words}. ${state.reason.text}` : words
  useEffect(() => {
    // Each attempt of many would be read out.
    if (state.name === 'connecting' || announced.current === text) return
    announced.current = text
    announce(text)
  }, [text])
  return html`<p class="state ${kind}">${words}</p>`
}

/** Whose figures these are. Behind a load balancer another process may answer: its graphs begin anew. */
export function ProcessLine({
  model,
  announce,
}: {
  readonly model: Model | undefined
  readonly announce: Announce
}): View {
  const process = model?.process
  const before = useRef(process?.graph)
  useEffect(() => {
    if (before.current !== undefined && before.current !== process?.graph) {
      announce('Another process answers now. Its graphs begin anew.')
    }
    before.current = process?.graph
  }, [process?.graph])
  if (process === undefined) return null
  const { host, pid, since } = process
  return html`<p class="process small soft">
    Rates: this process (${host}${pid === 0 ? '' : `, pid ${pid}`}), since ${formatTime(since)}
  </p>`
}

interface LiveNoticeProps {
  readonly state: LiveState
  /** There are older figures on the page. */
  readonly isShown: boolean
  readonly onRetry: () => void
}

/** Why the page is not live, and what happens next. */
export function LiveNotice({ state, isShown, onRetry }: LiveNoticeProps): View {
  if (state.name === 'complete') {
    return html`<section class="card notice" aria-label="Connection"><p>
      This runtime keeps requests apart, so no rates can be shown. Look-ups ask the store, and work.
    </p></section>`
  }
  const reason = 'reason' in state ? state.reason : state.name === 'connecting' ? state.after : undefined
  if (reason === undefined) return null
  return html`<section class="card notice" aria-label="Connection">
    <p>
      ${reason.text} ${isShown ? 'The figures are the last ones that came. ' : ''}
      ${state.name === 'waiting' && html`<${Countdown} until=${state.retryAt} />`}
    </p>
    <button type="button" onClick=${onRetry}>Try again now</button>
  </section>`
}

function Countdown({ until }: { readonly until: number }): View {
  const secondsLeft = (): number => Math.max(0, Math.ceil((until - performance.now()) / 1000))
  const [seconds, setSeconds] = useState(secondsLeft)
  useEffect(() => {
    setSeconds(secondsLeft())
    const timer = setInterval(() => setSeconds(secondsLeft()), 1000)
    return () => clearInterval(timer)
  }, [until])
  return html`<span class="soft">Trying again in ${seconds} s.</span>`
}
