import type { Entry } from '../run/run.ts'
import { answerText, askedText, tone } from '../text/answers.ts'
import { day, time } from '../text/format.ts'
import { html, type View } from './html.ts'

const SHOWN = 12

interface Props {
  readonly entries: readonly Entry[]
  readonly names: readonly string[]
  /** Over days, the day matters more than the second. */
  readonly isLong: boolean
}

/** The last questions with the answer of each limiter, the newest first. */
export function Answers({ entries, names, isLong }: Props): View {
  const shown = entries.slice(0, SHOWN)
  if (shown.length === 0) return html`<p class="soft">Nobody has called yet.</p>`
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Answers, newest first">
      <table>
        <thead>
          <tr><th scope="col">Time</th><th scope="col">Caller</th><th scope="col">Asked</th>
            ${names.map((name) => html`<th scope="col">${names.length === 1 ? 'Answer' : name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (entry) => html`
              <tr key=${entry.number} data-entry=${entry.number} data-at=${entry.at}>
                <td>${isLong ? `${day(entry.at)} ${time(entry.at).slice(0, 5)}` : time(entry.at)}</td>
                <td>${entry.id}</td>
                <td>${askedText(entry)}</td>
                ${entry.answers.map(
                  (answer) =>
                    html`<td class=${tone(answer)} data-answer><span class="sign" aria-hidden="true"></span>${answerText(answer)}</td>`,
                )}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `
}
