/** Where a response's fields are read and written: a `Headers`, or what stands for one. */
export interface HeaderFields {
  get(name: string): string | null | undefined
  set(name: string, value: string): unknown
}

/** Adds members to a field that holds a list, behind those of an earlier middleware. */
export function appendToList(fields: HeaderFields, name: string, members: string): void {
  if (members === '') return
  const before = fields.get(name)
  fields.set(name, before ? `${before}, ${members}` : members)
}

/** Structured fields have no larger integers (RFC 9651, section 3.3.1), while limits go up to 2^53-1. */
const MAX_INTEGER = 999_999_999_999_999

export function integer(value: number): number {
  return Math.min(value, MAX_INTEGER)
}

/** Whole seconds, rounded up: whoever waits that long has not waited too short, and nothing that takes time takes none. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
