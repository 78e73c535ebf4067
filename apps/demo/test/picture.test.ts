import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '@rl/memory'
import { describe, expect, test } from 'vitest'
import { startLimiters } from '../src/fleet.ts'
import { drawPicture } from '../src/picture.ts'
import { ReportableError } from '../src/reportable-error.ts'
import { runDemo } from '../src/run.ts'
import { judge } from '../src/verdict.ts'
import { recordingPage } from './recording-page.ts'
import { recorded } from './tallies.ts'

const WINDOW = Date.UTC(2030, 0, 1, 12, 30, 1)
const LIMIT = 40

function draw(admitted: readonly number[], denied: readonly number[]): string {
  const windows = [recorded(WINDOW, admitted, denied)]
  const chart = { windows, limit: LIMIT, windowMs: 1000, expected: 97, instances: ['A one', 'B <two> & more'] }
  return drawPicture({ title: '2 processes', subtitle: 'at once', chart, verdict: judge(windows, LIMIT) })
}

/** The rectangles with these attributes: begin and width. */
function rects(svg: string, attributes: string): readonly { readonly x: number; readonly width: number }[] {
  const found = svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="22" ([^/]+)\/>/g)
  return Array.from(found, ([, x, width, rest]) => ({ x: Number(x), width: Number(width), rest }))
    .filter(({ rest }) => rest === attributes)
    .map(({ x, width }) => ({ x, width }))
}

describe('a picture', () => {
  test('draws what was admitted up to the line of the limit, and what was denied beyond it', () => {
    const svg = draw([30, 10], [25, 15])
    const [room] = rects(svg, 'fill="#eaeef2"')
    const [a] = rects(svg, 'fill="#0b5fff"')
    const [b] = rects(svg, 'fill="#0a8a8a"')
    const [denied] = rects(svg, 'fill="#0b5fff" fill-opacity="0.22"')
    expect((a?.width ?? 0) / (b?.width ?? 0)).toBeCloseTo(3)
    expect((a?.width ?? 0) + (b?.width ?? 0)).toBeCloseTo(room?.width ?? 0)
    expect(denied?.x).toBeCloseTo((room?.x ?? 0) + (room?.width ?? 0))
    expect(svg).toContain('>12:30:00<')
    expect(svg).toContain('>40/40 admitted, 40 denied<')
    expect(svg).toContain('>A one: 30 admitted, 25 denied<')
  })

  test('shows a limit that was exceeded in red', () => {
    const svg = draw([30, 11], [25, 15])
    expect(svg).toContain('fill="#cf222e">41/40 admitted, 40 denied<')
    expect(svg).toMatch(/fill="#cf222e">FAILED: 41 admitted/)
  })

  test('escapes names', () => {
    expect(draw([40, 0], [])).toContain('>B &lt;two&gt; &amp; more: 0 admitted, 0 denied<')
  })
})

describe('--picture', () => {
  const run = (picture: string): Promise<boolean> => {
    const store = new MemoryStore()
    return runDemo({
      store,
      place: 'here',
      kindOfInstances: 'limiters',
      startFleet: (options) => startLimiters(store, options),
      plan: { limit: 5, windowMs: 200, windows: 2, calls: [8, 4] },
      page: recordingPage(),
      picture,
      signal: new AbortController().signal,
    })
  }

  test('writes the run that was just seen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rl-picture-'))
    try {
      await run(join(folder, 'demo.svg'))
      const svg = await readFile(join(folder, 'demo.svg'), 'utf8')
      expect(svg).toContain('>2 limiters share 5 calls per 200 ms<')
      expect(svg).toContain('>5/5 admitted, ')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('says so where it cannot write', async () => {
    const picture = join(tmpdir(), 'no-such-folder', 'demo.svg')
    await expect(run(picture)).rejects.toThrow(
      new ReportableError(`--picture: can't write ${picture} (ENOENT). Name a file in a folder that exists.`),
    )
  })
})

test('the picture of the README is of four processes that shared one limit exactly', () => {
  const svg = readFileSync(new URL('../../../docs/demo.svg', import.meta.url), 'utf8')
  expect(svg).toContain('>4 processes share 40 calls per second<')
  expect(svg).toMatch(/>\d windows, at most 40 of 40 admitted in one, never more than the limit: ok</)
  expect(svg.match(/>40\/40 admitted, \d+ denied</g)?.length).toBeGreaterThanOrEqual(5)
})
