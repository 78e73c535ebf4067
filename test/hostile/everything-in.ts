import { inspect } from 'node:util'
import { vi } from 'vitest'

/**
 * All text that can be got out of a value: what loggers print of it, and every string that some path of properties, hidden
 * ones, symbols, getters, prototypes, Maps and Sets leads to.
 */
export function everythingIn(value: unknown): string {
  const settings = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null }
  const logged = [inspect(value, { ...settings, getters: true }), asJson(value), attempt(() => String(value))]
  const found: string[] = []
  walk(value, found, new Set())
  return [...logged, ...found].join('\n')
}

/** All that was written to the console, or as a warning of the process, while `run` ran. */
export async function everythingWritten(run: () => Promise<unknown>): Promise<string> {
  const written: string[] = []
  const note = (...args: unknown[]): void => void written.push(...args.map(everythingIn))
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const
  const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(note))
  process.on('warning', note)
  try {
    await run()
    return written.join('\n')
  } finally {
    process.off('warning', note)
    for (const spy of spies) spy.mockRestore()
  }
}

function walk(value: unknown, found: string[], seen: Set<unknown>): void {
  if (typeof value === 'string') found.push(value)
  if (typeof value === 'symbol') found.push(String(value))
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
  seen.add(value)
  if (ArrayBuffer.isView(value)) found.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
  if (value instanceof Map || value instanceof Set) for (const entry of value) walk(entry, found, seen)
  for (const key of Reflect.ownKeys(value)) {
    walk(key, found, seen)
    walk(
      attempt(() => Reflect.get(value, key)),
      found,
      seen,
    )
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype || prototype === Function.prototype) return
  for (const key of Reflect.ownKeys(prototype))
    walk(
      attempt(() => Reflect.get(prototype, key, value)),
      found,
      seen,
    )
}

function asJson(value: unknown): string {
  return String(attempt(() => JSON.stringify(value)))
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}
