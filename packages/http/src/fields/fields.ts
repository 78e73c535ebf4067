/** Where a response's fields are read and written: a `Headers`, or what stands for one. */
export interface HeaderFields {
  get(name: string): string | null | undefined
  set(name: string, value: string): unknown
}

/** Adds members to a field that holds a list, behind those of an earlier middleware. */
export function appendToList(fields: HeaderFields, name: string, members: readonly string[]): void {
  const before = fields.get(name)
  if (members.length > 0) fields.set(name, (before ? [before, ...members] : members).join(', '))
}

/** Structured fields have no larger integers (RFC 9651, section 3.3.1), while limits go up to 2^53-1. */
const MAX_INTEGER = 999_999_999_999_999

export function integer(value: number): number {
  return Math.min(value, MAX_INTEGER)
}

/** Whole seconds, rounded up: clients never retry too early, and a wait is never 0. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
