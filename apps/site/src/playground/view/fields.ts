import { useId } from 'preact/hooks'
import { html, type View } from './html.ts'

interface TextProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly size?: 'short' | 'long'
  readonly isNumber?: boolean
}

/** A text that is typed. */
export function TextField({ label, value, onValue, size = 'short', isNumber = false }: TextProps): View {
  const id = useId()
  return html`
    <div class=${`field ${size}`}>
      <label for=${id}>${label}</label>
      <input id=${id} value=${value} inputmode=${isNumber ? 'numeric' : 'text'} autocomplete="off" spellcheck=${false}
        onInput=${(event: InputEvent) => onValue((event.target as HTMLInputElement).value)} />
    </div>
  `
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  /** Value and text. */
  readonly choices: readonly (readonly [string, string])[]
  readonly onValue: (value: string) => void
}

/** One of a few. */
export function Choice({ label, value, choices, onValue }: ChoiceProps): View {
  const id = useId()
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <select id=${id} value=${value} onChange=${(event: Event) => onValue((event.target as HTMLSelectElement).value)}>
        ${choices.map(([name, text]) => html`<option value=${name} selected=${name === value}>${text}</option>`)}
      </select>
    </div>
  `
}

/** Yes or no. */
export function Check({
  label,
  isOn,
  onValue,
}: {
  label: string
  isOn: boolean
  onValue: (isOn: boolean) => void
}): View {
  return html`
    <label class="check">
      <input type="checkbox" checked=${isOn} onChange=${(event: Event) => onValue((event.target as HTMLInputElement).checked)} />
      ${label}
    </label>
  `
}
