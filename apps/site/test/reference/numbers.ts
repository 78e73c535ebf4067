import { ReflectionKind, type SomeType } from 'typedoc'
import { type PublicName, textOf } from './public-names.ts'

/** Units of time, of limits, shares, and what else is counted. */
const UNIT =
  /\b(ms|milliseconds?|seconds|minutes|units?|share|hour|day|calls|operations|takes|commands?|connections|identifiers|keys|events|histories|objects|tags|refunds|status|moment|how (many|often)|waits?|k ≤)\b/i
const RANGE = /\b(from|above|at least|up to|at most)\b/i

/** Fields and options that hold a number, an array of numbers, or a duration. */
export function numbersOf(names: readonly PublicName[]): readonly PublicName[] {
  const held = ReflectionKind.Property | ReflectionKind.Accessor
  return names.filter(
    ({ reflection }) =>
      (reflection.kind & held) !== 0 &&
      isNumeric(reflection.type ?? reflection.getSignature?.type) &&
      !isSlice(reflection.parent),
  )
}

/** By its name, as `windowMs`, or in its comment. */
export function saysUnit(of: PublicName): boolean {
  return /Ms$/.test(of.name) || UNIT.test(textOf(of))
}

export function saysRangeAndDefault(of: PublicName): boolean {
  return RANGE.test(textOf(of)) && /\bdefault\b/i.test(textOf(of))
}

/** An option that may be left out. */
export function isOption({ name, reflection }: PublicName): boolean {
  return reflection.flags.isOptional && /Options\./.test(name)
}

/** A type that a client or a framework brings: its comment calls it a slice. */
export function isSlice(type: PublicName['reflection']['parent']): boolean {
  return type?.comment?.summary.some(({ text }) => /\bslice\b/i.test(text)) ?? false
}

function isNumeric(type: SomeType | undefined): boolean {
  if (type === undefined) return false
  if (type.type === 'intrinsic') return type.name === 'number'
  if (type.type === 'union') return type.types.some(isNumeric)
  if (type.type === 'array') return isNumeric(type.elementType)
  if (type.type === 'typeOperator') return isNumeric(type.target)
  return type.type === 'reference' && (type.name === 'Duration' || (type.typeArguments ?? []).some(isNumeric))
}
