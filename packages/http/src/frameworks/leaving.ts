/**
 * The signal that is aborted when the client of a request leaves; undefined where nobody has to know, as nothing is refunded.
 * Platforms that don't abort the signal, such as Workers without `enable_request_signal`, seem to have clients that stay.
 *
 * Called before the request is handled: some servers abort a signal only if somebody asked for it before the client left.
 */
export function leavingSignal(
  request: { readonly signal?: AbortSignal },
  options: { readonly refund?: unknown },
): AbortSignal | undefined {
  return options.refund ? request.signal : undefined
}
