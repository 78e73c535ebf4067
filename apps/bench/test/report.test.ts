import { describe, expect, test } from 'vitest'
import { short } from '../src/report/format.ts'
import { markdownReport } from '../src/report/markdown.ts'
import { drawPlots } from '../src/report/plots.ts'
import { terminalReport } from '../src/report/table.ts'
import { RESULTS, SCENARIO, VERDICTS } from './results.ts'

describe('markdown', () => {
  const report = markdownReport(RESULTS, [SCENARIO], VERDICTS, {
    template: '# Title\n\n{{machine}}\n\n{{targets}}\n\n{{why}}\n\n{{growth}}\n\n{{scenarios}}\n\n{{unknown}}\n',
    notes: 'Because of $& and $1.\n',
    plots: new Map([
      ['speed', ['plots/speed.svg']],
      ['targets', ['plots/targets.svg']],
    ]),
  })

  test('is made from the results and nothing else', () => {
    expect(report).toMatchInlineSnapshot(`
      "# Title

      |  |  |
      | --- | ---: |
      | machine | A CPU, 2 cores, 8 GB, Linux 6 |
      | run | full, 2026-01-02, 321 s, 3 rounds of 1000 ms |
      | load average before | 0.1 |
      | node | 20.20.0 |
      | ioredis | 6.0.0 |

      ![Targets](plots/targets.svg)

      | target | bound | measured |  |
      | --- | ---: | ---: | ---: |
      | twice the peer | at least 2 | 2.5 (2.38–2.63) | met |
      | thrice the peer | at least 3 | 2.5 (2.38–2.63) | **missed** |
      | never measured | under 1 | not measured |  |

      Because of $& and $1.



      ### Speed

      How fast it goes.

      ![Speed](plots/speed.svg)

      | decisions/s | 1 caller | 64 callers |
      | --- | ---: | ---: |
      | @rl/ioredis | 10 k (9.5 k–10.5 k) | 100 k (95 k–105 k) |
      | a \\| peer |  | 40 k |

      | commands per decision | 64 callers |
      | --- | ---: |
      | @rl/ioredis | 0.0156 |

      {{unknown}}
      "
    `)
  })
})

test('the page for users: what is for them, and one chart', () => {
  const callers = { ...SCENARIO, name: 'callers' }
  const [twice, ...others] = VERDICTS
  if (twice === undefined) throw new Error('no verdict')
  const verdicts = [{ ...twice, target: { ...twice.target, forUsers: '64 callers' } }, ...others]
  const page = markdownReport(RESULTS, [callers], verdicts, {
    template: '{{users}}\n\n{{chart}}\n',
    notes: '',
    plots: new Map([['callers', ['plots/callers.svg', 'plots/callers-2.svg']]]),
  })
  expect(page).toMatchInlineSnapshot(`
    "|  | this library | the peer | ratio | the peer, at its best settings |
    | --- | ---: | ---: | ---: | ---: |
    | 64 callers | 100 k | 40 k | 2.5 (2.38–2.63) | a \\| peer |

    ![Speed](plots/callers.svg)
    "
  `)
})

describe('plots', () => {
  const plots = drawPlots(RESULTS, [SCENARIO], VERDICTS)

  test('there is one for the targets and one for each metric that a scenario draws', () => {
    expect(plots.map(({ of, file }) => [of, file])).toEqual([
      ['targets', 'targets.svg'],
      ['speed', 'speed.svg'],
      ['speed', 'speed-2.svg'],
    ])
  })

  test('they are SVG, name the subjects, and hold no impossible coordinate', () => {
    for (const { svg } of plots) {
      expect(svg).toMatch(/^<svg[^>]+xmlns="http:\/\/www.w3.org\/2000\/svg"/)
      expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    }
    expect(plots[1]?.svg).toContain('a | peer')
    expect(plots[0]?.svg).toContain('thrice the peer')
  })
})

test('the terminal shows figures and the targets that were measured', () => {
  const text = terminalReport(RESULTS, [SCENARIO], VERDICTS)
  expect(text).toContain('100 k (95 k–105 k)')
  expect(text).toContain('thrice the peer')
  expect(text).not.toContain('never measured')
})

test('three digits that matter', () => {
  expect([1_834_000, 66_049, 7403, 999.6, 445.3, 5.126, 0.015625, 0].map(short)).toEqual([
    '1.83 M',
    '66 k',
    '7.4 k',
    '1 k',
    '445',
    '5.13',
    '0.0156',
    '0',
  ])
})
