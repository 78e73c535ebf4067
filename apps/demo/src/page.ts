import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where and how the demo writes. */
export interface Page {
  write(text: string): void
  /** Columns that a line may fill. Asked anew for every drawing, as a terminal can be resized. */
  width(): number
  /** Whether what was drawn can be drawn over. */
  readonly live: boolean
  readonly colour: boolean
}

/** The part of a stream that a page depends on. */
export interface Stream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** Rows a live drawing needs, so that it is never scrolled out of reach. */
const LIVE_ROWS = 18
const PLAIN_WIDTH = 100

export function pageOn(stream: Stream, env: Readonly<Record<string, string | undefined>>): Page {
  const terminal = stream.isTTY === true && !env.CI && env.TERM !== 'dumb'
  return {
    write: (text) => void stream.write(text),
    // The last column stays free: some terminals wrap a line that fills it.
    width: () => (terminal ? (stream.columns ?? 80) - 1 : PLAIN_WIDTH),
    live: terminal && (stream.rows ?? 24) >= LIVE_ROWS,
    colour: terminal && !env.NO_COLOR,
  }
}

export type Paint = (style: Style, text: string) => string

export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}
