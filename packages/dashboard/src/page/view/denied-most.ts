import type { ProcessIdentity, Subject } from '../../messages.ts'
import { post } from '../stream/post.ts'
import { formatCount } from '../text/format.ts'
import { html, type View } from './html.ts'
import { Identifier } from './identifier.ts'
import { usePolling } from './use-polling.ts'

const EVERY_MS = 5000

interface DeniedMostProps {
  readonly process: ProcessIdentity | undefined
  readonly onPick: (subject: Subject) => void
}

/** The identifiers that this process denied most. Counted in little memory, so each count has a bound of its error. */
export function DeniedMost({ process, onPick }: DeniedMostProps): View {
  const { seen, reason } = usePolling(() => post('denied', {}), EVERY_MS, process?.graph)
  const list = seen?.reply
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
