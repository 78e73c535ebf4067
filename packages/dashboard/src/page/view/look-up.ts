import { useState } from 'preact/hooks'
import type { Subject } from '../../messages.ts'
import type { Model } from '../model/model.ts'
import type { Announce } from './announcer.ts'
import { html, type View } from './html.ts'
import { Standing } from './standing.ts'

interface LookUpProps {
  readonly model: Model
  readonly subject: Subject | undefined
  readonly onSubject: (subject: Subject | undefined) => void
  readonly announce: Announce
}

/** Asks for one identifier and shows how it stands. The identifier is kept in this page's memory only. */
export function LookUp({ model, subject, onSubject, announce }: LookUpProps): View {
  const [limiter, setLimiter] = useState<string>()
  const [id, setId] = useState('')
  const names = model.limiters.map(({ message }) => message.name)
  const chosen = limiter !== undefined && names.includes(limiter) ? limiter : names[0]
  const asked = model.limiters.find(({ message }) => message.name === subject?.limiter)
  const submit = (event: Event): void => {
    event.preventDefault()
    if (chosen !== undefined && id !== '') onSubject({ limiter: chosen, id })
  }
  return html`<section class="part" id="look-up" tabindex="-1" aria-labelledby="look-up-title">
    <header>
      <h2 id="look-up-title">Look up an identifier</h2>
      <p class="small soft">All processes</p>
    </header>
    <div class="card look-up">
      <form onSubmit=${submit}>
        <label>
          Limiter
          <select value=${chosen} onChange=${(event: Event) => setLimiter((event.target as HTMLSelectElement).value)}>
            ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>
        <label>
          Identifier
          <input
            type="text"
            value=${id}
            onInput=${(event: Event) => setId((event.target as HTMLInputElement).value)}
            autocomplete="off"
            autocapitalize="off"
            autocorrect="off"
            spellcheck=${false}
            placeholder="user_123"
          />
        </label>
        <button type="submit" class="main" disabled=${id === ''}>Look up</button>
      </form>
      ${
        subject &&
        asked &&
        html`<${Standing}
          key=${JSON.stringify([subject.limiter, subject.id])}
          subject=${subject}
          windows=${asked.message.windows}
          onClose=${() => onSubject(undefined)}
          announce=${announce}
        />`
      }
    </div>
  </section>`
}
