import { useEffect, useRef } from 'preact/hooks'
import { html, type View } from './html.ts'

interface ConfirmProps {
  readonly title: string
  readonly children: View
  /** What the button that goes ahead says. */
  readonly action: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something is changed. Escape and the first button change nothing; the focus goes back where it was. */
export function Confirm({ title, children, action, onConfirm, onClose }: ConfirmProps): View {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const { activeElement } = document
    dialog.current?.showModal()
    return () => {
      if (activeElement instanceof HTMLElement) activeElement.focus()
    }
  }, [])
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
