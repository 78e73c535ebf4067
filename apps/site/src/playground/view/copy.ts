/** Puts a text on the clipboard. Returns a sentence for the reader. */
export async function copy(text: string, what: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return `${what} is copied.`
  } catch {
    return `${what} could not be copied: this browser does not let the page do so.`
  }
}
