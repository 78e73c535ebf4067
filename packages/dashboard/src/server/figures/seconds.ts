/** Numbers of the latest seconds, several of each. Older seconds are overwritten. */
export class Seconds {
  readonly #values: Float64Array
  readonly #seconds: number
  readonly #width: number
  #latest = 0

  /**
   * @param seconds How many are remembered.
   * @param width How many numbers there are of each second.
   */
  constructor(seconds: number, width: number) {
    this.#values = new Float64Array(seconds * width)
    this.#seconds = seconds
    this.#width = width
  }

  add(second: number, column: number, amount: number): void {
    this.#goTo(second)
    const place = this.#place(second) + column
    this.#values[place] = (this.#values[place] ?? 0) + amount
  }

  /** 0 for a second that is not remembered, or still to come. */
  get(second: number, column: number): number {
    if (second > this.#latest || second <= this.#latest - this.#seconds) return 0
    return this.#values[this.#place(second) + column] ?? 0
  }

  /** Of a column, over that many seconds until and with the given one. */
  sum(until: number, seconds: number, column: number): number {
    let sum = 0
    for (let second = until - seconds + 1; second <= until; second++) sum += this.get(second, column)
    return sum
  }

  #goTo(second: number): void {
    if (second <= this.#latest) return
    const first = Math.max(this.#latest + 1, second - this.#seconds + 1)
    for (let each = first; each <= second; each++) {
      this.#values.fill(0, this.#place(each), this.#place(each) + this.#width)
    }
    this.#latest = second
  }

  #place(second: number): number {
    return (second % this.#seconds) * this.#width
  }
}
