const shared = new WeakMap<object, Map<string, object>>()

/** The object that stores over one client and table share, so that their limiters share commands and a circuit breaker. */
export function sharedBy(client: object, table: string): object {
  const byTable = shared.get(client) ?? new Map<string, object>()
  shared.set(client, byTable)
  const found = byTable.get(table) ?? {}
  byTable.set(table, found)
  return found
}
