import { Presets, SingleBar } from 'cli-progress'

/** Shows how far the run has come. */
export interface Progress {
  start(steps: number): void
  enter(what: string): void
  step(): void
  stop(): void
}

/** A bar on a terminal, else a line for each case. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(stream) : lines(stream)
}

function bar(stream: NodeJS.WriteStream): Progress {
  const format = ' {bar} {percentage} %  {duration_formatted}, about {eta_formatted} to go  {what}'
  const bar = new SingleBar({ format, stream, etaBuffer: 50, hideCursor: true }, Presets.shades_classic)
  return {
    start: (steps) => bar.start(steps, 0, { what: '' }),
    enter: (what) => bar.update({ what }),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  }
}

function lines(stream: NodeJS.WriteStream): Progress {
  let total = 0
  let done = 0
  return {
    start: (steps) => {
      total = steps
    },
    enter: (what) => void stream.write(`${String(Math.floor((100 * done) / total)).padStart(3)} %  ${what}\n`),
    step: () => void done++,
    stop: () => {},
  }
}
