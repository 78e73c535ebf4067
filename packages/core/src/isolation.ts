/**
 * Whether what one request does in this runtime must not wait for what another has begun: a command sent, or a timer set,
 * belongs to the request that began it and ends with it. So it is in Cloudflare Workers, which call themselves
 * `Cloudflare-Workers` (Cloudflare's documentation: "Navigator", and the error "Cannot perform I/O on behalf of a different
 * request"), and it is taken to be so in Vercel's edge runtime, which defines `EdgeRuntime`.
 */
export function requestsAreIsolated(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } }
  return navigator?.userAgent === 'Cloudflare-Workers' || 'EdgeRuntime' in globalThis
}

/** The same for all who ask before the turn of the event loop yields, which is one request's; then a new one. */
export function onePerTurn<T>(make: () => T): () => T {
  let current: T | undefined
  return () => {
    if (current === undefined) {
      current = make()
      queueMicrotask(() => {
        current = undefined
      })
    }
    return current
  }
}
