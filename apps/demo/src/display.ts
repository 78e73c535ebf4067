import { type ChartData, drawChart, drawHeader, drawTotals, drawWindow, type Look } from './chart.ts'
import type { Page } from './page.ts'
import type { WindowTally } from './tally.ts'

/** Shows a chart while its data grow. */
export interface Display {
  update(data: ChartData, isOver: (window: WindowTally) => boolean): void
  /** Shows the final data. */
  end(data: ChartData): void
  /** Leaves the terminal as it was, also after a failure. */
  close(): void
}

export function displayOn(page: Page): Display {
  return page.live ? new LiveDisplay(page) : new PlainDisplay(page)
}

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_TO_LINE_END = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

/** Draws over what it drew before. */
class LiveDisplay implements Display {
  readonly #page: Page
  #drawn = 0

  constructor(page: Page) {
    this.#page = page
  }

  update(data: ChartData): void {
    const lines = drawChart(data, lookOf(this.#page))
    const back = this.#drawn === 0 ? HIDE_CURSOR : `\x1b[${this.#drawn}A\r`
    this.#page.write(back + lines.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('') + CLEAR_BELOW)
    this.#drawn = lines.length
  }

  end(data: ChartData): void {
    this.update(data)
  }

  close(): void {
    if (this.#drawn > 0) this.#page.write(SHOW_CURSOR)
  }
}

/** Writes a line when its window is over. */
class PlainDisplay implements Display {
  readonly #page: Page
  readonly #written: Map<number, string> = new Map()

  constructor(page: Page) {
    this.#page = page
  }

  update(data: ChartData, isOver: (window: WindowTally) => boolean): void {
    const look = lookOf(this.#page)
    if (this.#written.size === 0 && data.windows.some(isOver)) this.#page.write(`${drawHeader(data, look)}\n`)
    for (const window of data.windows.filter(isOver)) {
      const line = drawWindow(window, data, look)
      // Were an answer to come late, its window's line would come again with the right figures.
      if (this.#written.get(window.resetAt) !== line) this.#page.write(`${line}\n`)
      this.#written.set(window.resetAt, line)
    }
  }

  end(data: ChartData): void {
    this.update(data, () => true)
    this.#page.write(['', ...drawTotals(data, lookOf(this.#page)), ''].join('\n'))
  }

  close(): void {}
}

function lookOf(page: Page): Look {
  return { width: page.width(), colour: page.colour }
}
