const shared = new WeakMap<object, Map<string, object>>()

/**
 * The object that stores over one client share if they keep the same counters under the same keys, so that their limiters
 * share commands and a circuit breaker.
 *
 * @param settings All settings that keys depend on.
 */
export function sharedBy(client: object, settings: readonly unknown[]): object {
  const bySettings = shared.get(client) ?? new Map<string, object>()
  shared.set(client, bySettings)
  const name = JSON.stringify(settings)
  const found = bySettings.get(name) ?? {}
  bySettings.set(name, found)
  return found
}
