import type { Verdict } from '../judge.ts'
import type { Results } from '../results.ts'
import type { Scenario } from '../scenario.ts'
import { bars } from './bars.ts'
import { lines } from './lines.ts'
import { margins } from './margins.ts'

export interface Drawn {
  /** A scenario's name, or `'targets'`. */
  readonly of: string
  readonly file: string
  readonly svg: string
}

export function drawPlots(
  results: Results,
  scenarios: readonly Scenario[],
  verdicts: readonly Verdict[],
): readonly Drawn[] {
  const drawn = scenarios.flatMap(({ name, plots }) => {
    const figures = results.scenarios.find((result) => result.name === name)?.figures ?? []
    return plots.flatMap((style, i) => {
      const isDrawn = (subject: string): boolean => style.subjects?.includes(subject) ?? true
      const own = figures.filter(({ metric, subject }) => metric === style.metric && isDrawn(subject))
      if (own.length === 0) return []
      const svg = style.kind === 'bars' ? bars(own, style.metric) : lines(own, style.metric, style.xLabel ?? '')
      return [{ of: name, file: `${name}${i === 0 ? '' : `-${i + 1}`}.svg`, svg }]
    })
  })
  return [{ of: 'targets', file: 'targets.svg', svg: margins(verdicts) }, ...drawn]
}
