/** The invariants of the design that a history can break. */
export type Invariant = 'I1' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9'

/** Something that no atomic counter would have answered. */
export interface Violation {
  readonly invariant: Invariant
  /** A short name of the mistake, the same for the same kind. */
  readonly rule: string
  readonly id: string
  /** The figures. */
  readonly detail: string
}
