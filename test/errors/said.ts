import { vi } from 'vitest'

/** The console's output meanwhile. */
export async function said(how: 'warn' | 'error', run: () => unknown): Promise<string> {
  const lines: string[] = []
  const spy = vi.spyOn(console, how).mockImplementation((...parts) => lines.push(parts.join(' ')))
  try {
    await run()
    await vi.waitFor(() => {
      if (lines.length === 0) throw new Error('nothing yet')
    })
  } finally {
    spy.mockRestore()
  }
  return lines[0] ?? ''
}
