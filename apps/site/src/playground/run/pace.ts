/** The most units admitted within less than one length of a window, wherever it begins. */
export class Pace {
  readonly lengthMs: number
  readonly limit: number
  most = 0
  #sum = 0
  readonly #taken: { readonly at: number; readonly units: number }[] = []

  constructor(lengthMs: number, limit: number) {
    this.lengthMs = lengthMs
    this.limit = limit
  }

  add(at: number, units: number): void {
    this.#taken.push({ at, units })
    this.#sum += units
    while ((this.#taken[0]?.at ?? at) <= at - this.lengthMs) this.#sum -= this.#taken.shift()?.units ?? 0
    this.most = Math.max(this.most, this.#sum)
  }
}
