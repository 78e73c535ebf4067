/** An AbortSignal that costs little, and knows who listens. */
export class SimulatedSignal {
  aborted = false
  readonly reason: Error = new Error('aborted by its caller')
  readonly listeners: Set<() => void> = new Set()

  addEventListener(_type: string, listener: () => void): void {
    this.listeners.add(listener)
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.listeners.delete(listener)
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason
  }

  abort(): void {
    this.aborted = true
    const listeners = [...this.listeners]
    this.listeners.clear()
    for (const listener of listeners) listener()
  }
}
