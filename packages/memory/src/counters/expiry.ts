import { pop } from './pop.ts'

/** What ends at some time, and knows its place in the {@link Expiry}. */
export interface Ending {
  place: number
}

/**
 * What is held, by when it ends: a heap, the first to end in place 0. A node has eight children, whose ends lie in one
 * cache line. To add what ends last of all takes one comparison.
 */
export class Expiry<Item extends Ending> {
  readonly #items: Item[] = []
  /** The items' ends, in the same places: next to each other, not each in a box. */
  #ends: Float64Array<ArrayBuffer> = new Float64Array(16)

  get size(): number {
    return this.#items.length
  }

  get first(): Item | undefined {
    return this.#items[0]
  }

  get all(): readonly Item[] {
    return this.#items
  }

  /** The first to end, if it has ended. */
  ended(now: number): Item | undefined {
    return (this.#ends[0] as number) <= now ? this.#items[0] : undefined
  }

  endOf(item: Item): number {
    return this.#ends[item.place] as number
  }

  countOpen(now: number): number {
    let count = 0
    for (let i = 0; i < this.#items.length; i++) if ((this.#ends[i] as number) > now) count++
    return count
  }

  add(item: Item, end: number): void {
    const place = this.#items.push(item) - 1
    if (place === this.#ends.length) this.#resize(place + (place >> 1))
    this.move(item, end, place)
  }

  remove(item: Item): void {
    const last = pop(this.#items)
    const { length } = this.#items
    if (last !== item) this.move(last, this.#ends[length] as number, item.place)
    if (length > 8 && length < this.#ends.length >> 2) this.#resize(2 * length)
  }

  /** Gives an item the end, and the place that belongs to it. @param free A place that is free, or its present one. */
  move(item: Item, end: number, free: number = item.place): void {
    const ends = this.#ends
    let place = free
    while (place > 0) {
      const parent = (place - 1) >> 3
      if ((ends[parent] as number) <= end) break
      this.#put(place, this.#items[parent] as Item, ends[parent] as number)
      place = parent
    }
    for (;;) {
      const firstChild = 8 * place + 1
      const after = Math.min(firstChild + 8, this.#items.length)
      let child = -1
      let least = end
      for (let i = firstChild; i < after; i++) {
        if ((ends[i] as number) < least) {
          child = i
          least = ends[i] as number
        }
      }
      if (child < 0) break
      this.#put(place, this.#items[child] as Item, least)
      place = child
    }
    this.#put(place, item, end)
  }

  #resize(length: number): void {
    const ends = new Float64Array(length)
    ends.set(this.#ends.subarray(0, length))
    this.#ends = ends
  }

  #put(place: number, item: Item, end: number): void {
    this.#items[place] = item
    this.#ends[place] = end
    item.place = place
  }
}
