/** Something that must never happen did. */
class Violation extends Error {
  override readonly name = 'Violation'
}

export function check(isFine: boolean, message: () => string): asserts isFine {
  if (!isFine) throw new Violation(message())
}
