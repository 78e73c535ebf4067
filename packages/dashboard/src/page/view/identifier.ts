import { visiblePieces } from '../text/visible-text.ts'
import { html, type View } from './html.ts'

/** An identifier, apart from the direction of the text around it, unseen characters as their code points. */
export function Identifier({ text }: { readonly text: string }): View {
  return html`<bdi class="identifier">
    ${visiblePieces(text).map((piece) => (piece.isCode ? html`<span>${piece.text}</span>` : piece.text))}
  </bdi>`
}
