import type { Socket } from 'node:net'

/** Bytes to send, milliseconds to wait, or something to do. */
type Step = Buffer | number | (() => void)

/** Data for one socket, in order: what is held back holds back all behind it. */
export class Lane {
  readonly #socket: Socket
  #steps: Step[] = []
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Adds a step behind all others. After `close` it does nothing. */
  add(step: Step): void {
    if (this.#closed) return
    this.#steps.push(step)
    if (this.#timer === undefined) this.#advance()
  }

  /** Drops what is left. */
  close(): void {
    this.#closed = true
    this.#steps = []
    clearTimeout(this.#timer)
  }

  #advance(): void {
    this.#timer = undefined
    for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) {
      if (typeof step === 'number') {
        this.#timer = setTimeout(() => this.#advance(), step)
        return
      }
      if (typeof step === 'function') step()
      else this.#socket.write(step)
    }
  }
}

/** Cuts bytes into pieces, at least three bytes each, that at one piece a millisecond take at most `ms`. */
export function pieces(bytes: Buffer, ms: number): Buffer[] {
  const size = Math.max(3, Math.ceil(bytes.length / ms))
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
