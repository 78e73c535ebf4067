import { useState } from 'preact/hooks'
import type { Standing, Subject, Units } from '../../messages.ts'
import { type Answer, post } from '../stream/post.ts'
import { formatCount, formatDuration, formatTime } from '../text/format.ts'
import { visibleText } from '../text/visible-text.ts'
import type { Announce } from './announcer.ts'
import { Confirm } from './confirm.ts'
import { html, type View } from './html.ts'
import { Identifier } from './identifier.ts'

interface ActionFormProps {
  readonly subject: Subject
  /** The names that windows give their units; none if they count calls. */
  readonly units: readonly string[]
  readonly onStanding: (standing: Standing) => void
  /** Something changed that the standing does not show yet. */
  readonly onChanged: () => void
  readonly announce: Announce
}

type ActionName = 'trial' | 'refund' | 'reset'

/** A call, a refund or a reset for one identifier: each is confirmed, then announced. */
export function ActionForm({ subject, units, onStanding, onChanged, announce }: ActionFormProps): View {
  const [amounts, setAmounts] = useState<Readonly<Record<string, string>>>({})
  const [asking, setAsking] = useState<ActionName>()
  const [result, setResult] = useState<string>()
  const names = units.length === 0 ? [''] : units
  const numbers = names.map((name) => amountOf(amounts[name]))
  const areUnits = numbers.every((number) => Number.isSafeInteger(number) && number >= 0)
  const cost: Units =
    units.length > 1 ? Object.fromEntries(units.map((name, i) => [name, numbers[i] ?? 0])) : (numbers[0] ?? 0)
  const costText = names.map((name, i) => unitsText(numbers[i] ?? 0, name)).join(' and ')

  const finish = (text: string): void => {
    setResult(`${formatTime(Date.now())}: ${text}`)
    announce(`${text} Identifier ${visibleText(subject.id)}.`)
  }
  const act = async (name: ActionName): Promise<void> => {
    if (name === 'trial') {
      const answer = await post('trial', { ...subject, cost })
      if ('reply' in answer) onStanding(answer.reply)
      finish(textOf(answer, trialText))
    } else if (name === 'refund') {
      const answer = await post('refund', { ...subject, units: cost })
      finish(textOf(answer, ({ windows }) => refundText(windows)))
      onChanged()
    } else {
      const answer = await post('reset', subject)
      finish(textOf(answer, () => 'Reset: all its windows are empty.'))
      onChanged()
    }
  }

  const QUESTIONS = {
    trial: { title: 'Make a trial call?', action: 'Make the call', text: `A real call that takes ${costText} from` },
    refund: { title: 'Refund units?', action: 'Refund', text: `Gives ${costText} back, in all processes, to` },
    reset: { title: 'Reset this identifier?', action: 'Reset', text: 'Forgets, in all processes, all units taken by' },
  }
  const question = asking && QUESTIONS[asking]
  return html`<form
    class="actions"
    onSubmit=${(event: Event) => {
      event.preventDefault()
    }}
  >
    ${names.map(
      (name) => html`<label key=${name}>
        ${name === '' ? 'Units' : `Units of ${name}`}
        <input
          type="number"
          inputmode="numeric"
          min="0"
          step="1"
          value=${amounts[name] ?? '1'}
          onInput=${(event: Event) => setAmounts({ ...amounts, [name]: (event.target as HTMLInputElement).value })}
          autocomplete="off"
        />
      </label>`,
    )}
    <div class="buttons">
      <button type="button" disabled=${!areUnits} onClick=${() => setAsking('trial')}>Trial call</button>
      <button type="button" disabled=${!areUnits} onClick=${() => setAsking('refund')}>Refund</button>
      <button type="button" onClick=${() => setAsking('reset')}>Reset</button>
    </div>
    ${result && html`<p class="small result">${result}</p>`}
    ${
      asking &&
      question &&
      html`<${Confirm}
        title=${question.title}
        action=${question.action}
        onConfirm=${() => act(asking)}
        onClose=${() => setAsking(undefined)}
      >
        <p>${question.text} <${Identifier} text=${subject.id} />, limiter ${subject.limiter}.</p>
      <//>`
    }
  </form>`
}

/** An empty field is no number. */
function amountOf(text = '1'): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function textOf<Reply>(answer: Answer<Reply>, text: (reply: Reply) => string): string {
  return 'reply' in answer ? text(answer.reply) : `Not done. ${answer.reason.text}`
}

function trialText({ allowed, retryAfterMs, windows }: Standing): string {
  const left = windows.map(({ remaining, limit }) => `${formatCount(remaining)} of ${formatCount(limit)}`).join(', ')
  if (allowed) return `Trial call: admitted, ${left} left.`
  return retryAfterMs === null
    ? 'Trial call: denied, it asks for more than the limit.'
    : `Trial call: denied, possible again in ${formatDuration(retryAfterMs)}.`
}

function refundText(windows: readonly { readonly unit?: string | undefined; readonly givenBack: number }[]): string {
  if (windows.length === 0) return 'Refund: nothing to give back, as no window is open.'
  return `Refund: ${windows.map(({ unit = '', givenBack }) => unitsText(givenBack, unit)).join(', ')} given back.`
}

function unitsText(amount: number, unit: string): string {
  return `${formatCount(amount)} ${unit === '' ? (amount === 1 ? 'unit' : 'units') : unit}`
}
