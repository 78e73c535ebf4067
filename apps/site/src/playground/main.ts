import { render } from 'preact'
import { App } from './view/app.ts'
import { html } from './view/html.ts'

/** Shows the playground in an element. Returns how to end it. */
export function mount(place: Element): () => void {
  place.replaceChildren()
  render(html`<${App} />`, place)
  return () => render(null, place)
}
