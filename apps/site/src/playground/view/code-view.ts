import type { Setup } from '../setup/setup.ts'
import { codeOf } from '../text/code.ts'
import { copy } from './copy.ts'
import { html, type View } from './html.ts'

/** The code for what is set. */
export function CodeView({ setup, say }: { setup: Setup; say: (text: string) => void }): View {
  const code = codeOf(setup)
  return html`
    <section class="card code" aria-label="Code">
      <div class="code-head">
        <h2>Code for this</h2>
        <button type="button" class="quiet" onClick=${async () => say(await copy(code, 'The code'))}>Copy code</button>
      </div>
      <pre tabindex="0"><code>${code}</code></pre>
    </section>
  `
}
