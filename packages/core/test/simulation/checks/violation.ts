/** Something that must never happen did. */
export class Violation extends Error {}

export function check(isFine: boolean, message: () => string): asserts isFine {
  if (!isFine) throw new Violation(message())
}
