/** The invariants of the design that a history can break. */
export type Invariant = 'I1' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9'

/** Something that no atomic counter would have answered. */
export interface Violation {
  readonly invariant: Invariant
  /** What is wrong, in a few words, always the same for the same kind of mistake. */
  readonly rule: string
  readonly id: string
  /** The figures. */
  readonly detail: string
}
