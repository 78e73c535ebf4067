/** The checks of a suite by their titles; a check that fails throws. */
export type Checks = Readonly<Record<string, () => Promise<void>>>

/** The result of one check. */
export interface Result {
  readonly check: string
  /** The error that the check threw, or null. */
  readonly problem: string | null
}

/** Runs the checks one after another. */
export async function run(checks: Checks): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [check, body] of Object.entries(checks)) {
    try {
      await body()
      results.push({ check, problem: null })
    } catch (error) {
      results.push({ check, problem: error instanceof Error ? `${error.stack}` : `${error}` })
    }
  }
  return results
}

/** Throws unless the two are the same value. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`)
}
