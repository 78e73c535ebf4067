import { useEffect, useState } from 'preact/hooks'
import type { DeniedReply, ProcessIdentity, Subject } from '../../messages.ts'
import { post } from '../stream/post.ts'
import { isFinal, type Reason } from '../stream/reason.ts'
import { formatCount } from '../text/format.ts'
import { html, type View } from './html.ts'
import { Identifier } from './identifier.ts'

const EVERY_MS = 5000

interface DeniedMostProps {
  readonly process: ProcessIdentity | undefined
  readonly onPick: (subject: Subject) => void
}

/** The identifiers that this process denied most. Counted in little memory, so each count has a bound of its error. */
export function DeniedMost({ process, onPick }: DeniedMostProps): View {
  const [list, setList] = useState<DeniedReply>()
  const [reason, setReason] = useState<Reason>()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    const ask = async (): Promise<void> => {
      clearTimeout(timer)
      const answer = await post('denied', {})
      if (isGone) return
      if ('reply' in answer) setList(answer.reply)
      setReason('reason' in answer ? answer.reason : undefined)
      if ('reason' in answer && isFinal(answer.reason)) return
      timer = setTimeout(later, EVERY_MS)
    }
    const later = (): void => {
      if (document.visibilityState === 'visible') ask()
    }
    document.addEventListener('visibilitychange', later)
    ask()
    return () => {
      isGone = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', later)
    }
  }, [process?.graph])

  return html`<section class="part" aria-labelledby="denied-most">
    <header>
      <h2 id="denied-most">Denied most</h2>
      <p class="small soft">Denials in this process${list?.shown === 'hashed' ? ', identifiers hashed' : ''}</p>
    </header>
    <div class="card denied-most">
      ${reason && html`<p class="refused small">${reason.text}</p>`}
      ${list?.identifiers.length === 0 && html`<p class="small soft">Nobody was denied yet.</p>`}
      <ol>
        ${list?.identifiers.map(
          ({ limiter, id, count, error }) => html`<li key=${JSON.stringify([limiter, id])}>
            ${
              list.shown === 'plain' && !id.startsWith('#')
                ? html`<button type="button" class="quiet" onClick=${() => onPick({ limiter, id })}>
                    <${Identifier} text=${id} />
                  </button>`
                : html`<span><${Identifier} text=${id} /></span>`
            }
            <span class="count">${countText(count, error)}</span>
            <span class="small soft">${limiter}</span>
          </li>`,
        )}
      </ol>
      ${
        list !== undefined &&
        list.othersAtMost > 0 &&
        html`<p class="small soft">Anybody else: ${formatCount(list.othersAtMost)} times at most.</p>`
      }
    </div>
  </section>`
}

/** `34`, or `30 to 34` where that is all that is certain. */
function countText(count: number, error: number): string {
  return error === 0 ? formatCount(count) : `${formatCount(count - error)} to ${formatCount(count)}`
}
