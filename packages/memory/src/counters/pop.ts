/** As `pop`, but gives memory back: once V8 has optimised it, `pop` alone keeps all that an array ever took. */
export function pop<Item>(array: Item[]): Item {
  const { length } = array
  if (length % 64 > 0) return array.pop() as Item
  const last = array[length - 1] as Item
  array.length = length - 1
  return last
}
