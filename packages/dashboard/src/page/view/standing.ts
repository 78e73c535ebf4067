import { useEffect, useRef } from 'preact/hooks'
import type { PolicyWindow, Standing as StandingReply, Subject } from '../../messages.ts'
import { post } from '../stream/post.ts'
import { formatDuration } from '../text/format.ts'
import { visibleText } from '../text/visible-text.ts'
import { ActionForm } from './action-form.ts'
import type { Announce } from './announcer.ts'
import { html, type View } from './html.ts'
import { Identifier } from './identifier.ts'
import { usePolling } from './use-polling.ts'
import { WindowBar } from './window-bar.ts'

const EVERY_MS = 1000

interface StandingProps {
  readonly subject: Subject
  readonly windows: readonly PolicyWindow[]
  readonly onClose: () => void
  readonly announce: Announce
}

/** How one identifier stands, live, and what may be done about it. */
export function Standing({ subject, windows, onClose, announce }: StandingProps): View {
  const { seen, reason, show, refresh } = usePolling(() => post('lookup', subject), EVERY_MS, subject)
  const standing = seen?.reply
  const place = useRef<HTMLElement>(null)
  // On a phone the list of those denied most, where it may have been picked, is below.
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [standing === undefined])
  useEffect(() => {
    if (standing !== undefined) announce(`${visibleText(subject.id)}: ${verdict(standing)}`)
  }, [standing === undefined])
  return html`<article ref=${place} class="standing" aria-label="How ${visibleText(subject.id)} stands">
    <header>
      <h3><${Identifier} text=${subject.id} /></h3>
      <button type="button" class="quiet" onClick=${onClose}>Close</button>
      <p class="small soft">Limiter ${subject.limiter}, all processes, asked each second</p>
    </header>
    ${reason && html`<p class="refused small">${reason.text}</p>`}
    ${
      standing &&
      html`
        <p class="verdict ${standing.allowed ? 'yes' : 'no'}">${verdict(standing)}</p>
        <ul>
          ${standing.windows.map((each, i) => {
            const policy = windows[i]
            return policy && html`<li><${WindowBar} window=${each} policy=${policy} at=${seen.at} /></li>`
          })}
        </ul>
        ${standing.hash && html`<p class="small soft">Among those denied most it is called <${Identifier} text=${standing.hash} /></p>`}
        <${ActionForm}
          subject=${subject}
          units=${[...new Set(windows.flatMap(({ unit }) => unit ?? []))]}
          onStanding=${show}
          onChanged=${refresh}
          announce=${announce}
        />
      `
    }
    ${!standing && !reason && html`<p class="soft">Asking the store.</p>`}
  </article>`
}

function verdict({ allowed, retryAfterMs }: StandingReply): string {
  if (allowed) return 'The next call would be admitted.'
  if (retryAfterMs === null) return 'A call would be denied, however long it waits.'
  return `The next call would be denied, for another ${formatDuration(retryAfterMs)}.`
}
