import type { CounterWindow, Operation } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { integers, texts } from './literals.ts'
import type { Windows } from './windows.ts'

const TAKE = 0
const ADJUST = 1
const CLEAR = 2

/** The operations of a list, grouped by key. */
export class Operations {
  readonly #windows: Windows
  readonly #keys: string[] = []
  readonly #starts: number[] = []
  readonly #numbers: number[] = []
  /** Names of the windows that adjustments and clears are about. */
  readonly #names = new Map<string, number>()
  readonly #tokens: string[] = []

  constructor(windows: Windows) {
    this.#windows = windows
  }

  /** The next `count` operations are those of this key. */
  begin(key: string, count: number): void {
    this.#keys.push(key)
    this.#starts.push(this.#numbers.push(count))
  }

  /** @param place Its answer's place. */
  add(operation: Operation, place: number): void {
    const { windows } = operation
    const numbers = this.#numbers
    switch (operation.kind) {
      case 'take':
        numbers.push(place, TAKE, windows.length, operation.times, this.#windows.placeOf(operation.windows))
        numbers.push(...operation.costs)
        return
      case 'adjust': {
        const { token } = operation
        numbers.push(place, ADJUST, windows.length)
        numbers.push(token === undefined ? 0 : this.#tokens.push(token.id), token?.until ?? 0)
        for (const window of operation.windows) {
          numbers.push(this.#nameOf(window), window.resetAt, window.generation, window.change)
        }
        return
      }
      case 'clear':
        numbers.push(place, CLEAR, windows.length)
        for (const window of windows) numbers.push(this.#nameOf(window))
    }
  }

  keysText(): string {
    return `${texts(this.#keys)},${integers(this.#starts)},${integers(this.#numbers)}`
  }

  namesText(): string {
    return `${texts(this.#names.keys())},${texts(this.#tokens)}`
  }

  #nameOf(window: CounterWindow): number {
    const name = counterName(window)
    const place = this.#names.get(name) ?? this.#names.size + 1
    this.#names.set(name, place)
    return place
  }
}
