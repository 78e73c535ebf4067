/** Calls an observer. Neither a request nor the process may fail because it throws or rejects. */
export function notifySafely(observer: (error: unknown) => unknown, error: unknown): void {
  const notified = async (): Promise<unknown> => observer(error)
  notified().catch(() => {})
}
