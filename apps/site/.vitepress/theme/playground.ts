let place: Element | null = null
let end: (() => void) | undefined

/** Shows the playground on a page that has a place for it, and ends it when the reader goes on to another. */
export async function followPlayground(): Promise<void> {
  const found = document.getElementById('playground')
  if (found === place) return
  end?.()
  end = undefined
  place = found
  if (found === null) return
  const { mount } = await import('../../src/playground/main.ts')
  if (found === place) end = mount(found)
}
