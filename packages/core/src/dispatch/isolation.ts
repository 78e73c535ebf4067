/**
 * Whether what one request does in this runtime must not wait for what another has begun: a command sent, or a timer set,
 * belongs to the request that began it and ends with it. So it is in Cloudflare Workers, whose user agent is
 * `Cloudflare-Workers` (Cloudflare's documentation: "Navigator", and the error "Cannot perform I/O on behalf of a different
 * request"), and so it is taken to be in Vercel's edge runtime, which defines `EdgeRuntime`.
 *
 * @example console.log(requestsAreIsolated()) // prints false
 */
export function requestsAreIsolated(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } }
  return navigator?.userAgent === 'Cloudflare-Workers' || 'EdgeRuntime' in globalThis
}
