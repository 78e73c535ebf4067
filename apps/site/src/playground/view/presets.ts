import { toHash } from '../setup/link.ts'
import { PRESETS } from '../setup/presets.ts'
import type { Setup } from '../setup/setup.ts'
import { html, type View } from './html.ts'

/** Set-ups to begin with, and what the chosen one shows. */
export function Presets({ setup, onSetup }: { setup: Setup; onSetup: (setup: Setup) => void }): View {
  const same = (other: Setup): boolean =>
    toHash({ ...other, speed: 1, until: '' }) === toHash({ ...setup, speed: 1, until: '' })
  const chosen = PRESETS.find((preset) => same(preset.setup))
  return html`
    <nav class="chips" aria-label="Examples">
      ${PRESETS.map(
        (preset) => html`
          <button type="button" class="chip" aria-pressed=${preset === chosen} onClick=${() => onSetup(preset.setup)}>${preset.name}</button>
        `,
      )}
    </nav>
    <p class="story">${chosen?.story ?? 'Your own set-up. The address of this page says all of it: send it to somebody who can answer your question.'}</p>
  `
}
