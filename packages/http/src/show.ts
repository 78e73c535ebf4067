/** A value as an error message may show it: never what an object holds. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** The same where the value may be an identifier, which no message shows. */
export function typeNameOf(value: unknown): string {
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`
}
