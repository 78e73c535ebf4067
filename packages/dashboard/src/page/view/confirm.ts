import { useEffect, useRef } from 'preact/hooks'
import { html, type View } from './html.ts'

interface ConfirmProps {
  readonly title: string
  readonly children: View
  /** The label of the button that goes ahead. */
  readonly action: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is changed. Escape and the first button change nothing. */
export function Confirm({ title, children, action, onConfirm, onClose }: ConfirmProps): View {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  /** The browser puts the focus back where it was. */
  const close = (): void => dialog.current?.close()
  return html`<dialog ref=${dialog} aria-labelledby="confirm-title" onClose=${onClose}>
    <h3 id="confirm-title">${title}</h3>
    ${children}
    <div class="buttons">
      <button type="button" onClick=${close}>Cancel</button>
      <button
        type="button"
        class="main"
        onClick=${() => {
          close()
          onConfirm()
        }}
      >
        ${action}
      </button>
    </div>
  </dialog>`
}
