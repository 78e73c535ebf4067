const shared = new WeakMap<object, Map<string, object>>()

/**
 * The object that stores over one client share if they keep the same counters under the same keys, so that their limiters
 * share commands and a circuit breaker.
 *
 * @param settings All settings that keys depend on.
 */
export function sharedBy(client: object, settings: readonly unknown[]): object {
  let bySettings = shared.get(client)
  if (bySettings === undefined) shared.set(client, (bySettings = new Map()))
  const name = JSON.stringify(settings)
  let found = bySettings.get(name)
  if (found === undefined) bySettings.set(name, (found = {}))
  return found
}
