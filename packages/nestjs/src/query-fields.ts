import type { HeaderFields, Verdict } from '@rl/http'

interface Written {
  /** The fields as they were before the first verdict. */
  readonly before: Map<string, string | null | undefined>
  readonly verdicts: Map<object, Verdict>
}

const written = new WeakMap<object, Written>()

/**
 * Writes a verdict's fields into the response of a GraphQL query, whose fields are calls: a guard's later verdict replaces its
 * earlier one, which would otherwise stand beside it.
 */
export function writeQueryFields(response: object, guard: object, verdict: Verdict, fields: HeaderFields): void {
  const { before, verdicts } = written.get(response) ?? { before: new Map(), verdicts: new Map() }
  written.set(response, { before, verdicts })
  verdicts.set(guard, verdict)
  const values = new Map<string, string>()
  const overlay: HeaderFields = {
    get(name) {
      if (!before.has(name)) before.set(name, fields.get(name))
      return values.get(name) ?? before.get(name)
    },
    set: (name, value) => values.set(name, value),
  }
  for (const each of verdicts.values()) each.writeHeaders(overlay)
  for (const [name, value] of values) fields.set(name, value)
}
