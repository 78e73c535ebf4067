/** Tells an observer. Neither a request nor the process may fail because it throws or rejects. */
export function tell(observer: (error: unknown) => unknown, error: unknown): void {
  const told = async (): Promise<unknown> => observer(error)
  told().catch(() => {})
}
