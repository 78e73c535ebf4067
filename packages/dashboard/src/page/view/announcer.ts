import { useState } from 'preact/hooks'
import { html, type View } from './html.ts'

/** Says something to those who hear the page. */
export type Announce = (text: string) => void

/** A region that is read out when its text changes, and what changes it. The same text twice is read twice. */
export function useAnnouncer(): readonly [region: View, announce: Announce] {
  const [texts, setTexts] = useState<readonly [even: string, odd: string]>(['', ''])
  const announce = (text: string): void => setTexts(([even]) => (even === '' ? [text, ''] : ['', text]))
  return [html`<div role="status" class="unseen"><p>${texts[0]}</p><p>${texts[1]}</p></div>`, announce]
}
