import type { Page } from '../src/page.ts'

/** A page that keeps what is written. */
export interface RecordingPage extends Page {
  readonly text: string
}

export function recordingPage(live = false, width = 99): RecordingPage {
  let text = ''
  return {
    live,
    colour: false,
    width: () => width,
    write: (more) => {
      text += more
    },
    get text(): string {
      return text
    },
  }
}
