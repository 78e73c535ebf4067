import type { ProcessIdentity } from '../../messages.ts'
import { epochMs } from './clock.ts'

interface Runtime {
  readonly pid?: number
  /** Of Node, Bun and Deno: without an import, which other runtimes would fail on. */
  getBuiltinModule?(name: 'os'): { hostname(): string } | undefined
}

/** Which process, and which dashboard of it, counts from now on. */
export function identify(): ProcessIdentity {
  const { process } = globalThis as { readonly process?: Runtime }
  return {
    graph: crypto.randomUUID(),
    host: process?.getBuiltinModule?.('os')?.hostname() ?? 'unknown',
    pid: process?.pid ?? 0,
    since: Math.floor(epochMs()),
  }
}
