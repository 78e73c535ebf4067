import { Refused } from './refused.ts'

const MAX_STREAMS = 20
const MAX_COMMANDS = 10
/** Kept free for what people press buttons for, as open pages look up once a second. */
const KEPT_FOR_CHANGES = 3
const SECOND_MS = 1000

/** The limits that all dashboards of a process share. */
export class ProcessLimits {
  #streams = 0
  /** When the latest commands were allowed, oldest first. */
  #commands: number[] = []

  /** @returns what gives the place back, to be called once. @throws {Refused} */
  takeStream(): () => void {
    if (this.#streams >= MAX_STREAMS) {
      throw new Refused('unavailable', `${MAX_STREAMS} pages are open, which is the most of a process.`)
    }
    this.#streams++
    return () => {
      this.#streams--
    }
  }

  /** @param isChange Whether somebody waits for more than a look. @throws {Refused} for more than ten within any second. */
  takeCommands(count: number, isChange: boolean): void {
    const now = performance.now()
    this.#commands = this.#commands.filter((at) => at > now - SECOND_MS)
    const most = isChange ? MAX_COMMANDS : MAX_COMMANDS - KEPT_FOR_CHANGES
    if (this.#commands.length + count > most) {
      const message = `The dashboard sends the store at most ${MAX_COMMANDS} commands a second. Try again in a second.`
      throw new Refused('busy', message, { 'retry-after': '1' })
    }
    for (let nth = 0; nth < count; nth++) this.#commands.push(now)
  }
}

export const processLimits: ProcessLimits = new ProcessLimits()
