/** How a text comes about: what throws or rejects with it, or gives it. */
export type Produce = () => unknown

/** Texts as a page shows them, with `…` for what differs. */
export type Texts = Readonly<Record<string, Produce>>

/** The text that it comes to: an error's message, or what was given. */
export async function textOf(produce: Produce): Promise<string> {
  try {
    return String(await produce())
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Whether a text is what the page shows. */
export function fits(text: string, shown: string): boolean {
  const parts = shown.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
