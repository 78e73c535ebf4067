/** How a run went, beside its figures. */
export interface RunDescription {
  readonly mode: 'quick' | 'full'
  /** In ISO 8601. */
  readonly startedAt: string
  readonly tookSeconds: number
  readonly rounds: number
  readonly roundMs: number
  /** Of Node, redis-server and each library. */
  readonly versions: Readonly<Record<string, string>>
}
