/** @returns what stops listening. */
export function onAbort(signal: AbortSignal, leave: () => void): () => void {
  signal.addEventListener('abort', leave, { once: true })
  return () => signal.removeEventListener('abort', leave)
}
