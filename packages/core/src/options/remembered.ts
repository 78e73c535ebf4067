const MOST = 64

/** Values of the latest keys. Equal calls get the same array, so that they are told by comparing references. */
export class Remembered<Key, Value> {
  readonly #values: Map<Key, Value> = new Map()

  get(key: Key, make: () => Value): Value {
    let value = this.#values.get(key)
    if (value === undefined) {
      value = make()
      if (this.#values.size >= MOST) this.#values.clear()
      this.#values.set(key, value)
    }
    return value
  }
}
