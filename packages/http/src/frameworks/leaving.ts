/**
 * Whether the client of a request has left, by the request's signal. Platforms that don't abort the signal, such as Workers
 * without `enable_request_signal`, seem to have clients that stay.
 *
 * Called before the request is handled: some servers abort a signal only if somebody asked for it before the client left.
 */
export function leavingOf(request: { readonly signal?: AbortSignal }): () => boolean {
  const { signal } = request
  return () => signal?.aborted === true
}
