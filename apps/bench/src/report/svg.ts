import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** Draws without a browser, on white, so that it reads on dark pages too. */
export function svgOf(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const drawn = Plot.plot({
    ...options,
    document,
    style: { background: 'white', color: '#1f2328', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
  })
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${drawn.outerHTML}\n`
}

const OURS = ['#0b5fff', '#00a3a3', '#6f42c1', '#3d8bfd']
const THEIRS = ['#d1495b', '#edae49', '#a05a2c', '#e07a9f', '#8d6b94']
const FLOOR = ['#8c959f', '#bcc3ca']

/** Our subjects in cold colours, peers in warm ones, the bare client in grey. */
export function colours(subjects: readonly string[]): { domain: string[]; range: string[] } {
  const groups = [OURS, THEIRS, FLOOR].map((palette) => palette.values())
  const range = subjects.map((subject) => {
    const group = subject.startsWith('@rl/') ? 0 : subject.startsWith('bare') ? 2 : 1
    return groups[group]?.next().value ?? '#444444'
  })
  return { domain: [...subjects], range }
}
