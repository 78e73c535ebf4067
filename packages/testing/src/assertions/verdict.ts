/** Whether something is as a test expects, and what to say if it is not, or if the test expects the opposite. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * @param expected Such as `'an allowed decision'`.
 * @param received In words, too.
 */
export function verdict(pass: boolean, expected: string, received: () => string): Verdict {
  return { pass, message: () => `expected ${pass ? 'anything but ' : ''}${expected}, received ${received()}` }
}

/** Whether all figures that are expected are there. */
export function hasAll(received: object, expected: object): boolean {
  return Object.entries(expected).every(([name, value]) => {
    return value === undefined || Object.is((received as Record<string, unknown>)[name], value)
  })
}

/** Such as `{ remaining: 9, source: 'store' }`, without what is undefined. */
export function inWords(figures: object): string {
  const parts = Object.entries(figures).filter(([, value]) => value !== undefined)
  const shown = parts.map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : String(value)}`)
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`
}
