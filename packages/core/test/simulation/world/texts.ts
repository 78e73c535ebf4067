import type { Operation, Reply } from '../../../src/index.ts'
import type { Fate } from '../journal.ts'

export function describeOperations(operations: readonly Operation[]): string {
  const each = operations.map((operation) => {
    const { kind, scope, id } = operation
    if (kind === 'take')
      return `take ${scope}/${id} ${operation.costs}×${operation.times} of ${operation.windows.map((w) => w.limit)}`
    if (kind === 'adjust') return `adjust ${scope}/${id} ${operation.windows.map((w) => w.change)}`
    return `clear ${scope}/${id}`
  })
  return each.join('; ')
}

export function describeFate(fate: Fate | undefined, reply: Reply | Error | undefined): string {
  return fate === 'answered' ? JSON.stringify(reply) : `${fate}${reply === undefined ? '' : ' (executed)'}`
}
