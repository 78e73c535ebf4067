/**
 * Characters that a terminal obeys (control and escape characters, also those of 8 bits), that change the order of others (bidi),
 * that nobody sees, and spaces that are no plain space.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

/** Text with each unsafe character as `\u001b`, which JSON reads back within a string. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (found) =>
    Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}

/** A value as one line of JSON in which a terminal finds nothing to obey. */
export function safeJson(value: unknown): string {
  return escapeUnsafe(JSON.stringify(value))
}

/** Text of strangers, such as an identifier: as it is if it is plain, otherwise as a text in JSON. */
export function safeText(text: string): string {
  return /^[\w.:@/+=-]+$/.test(text) ? text : safeJson(text)
}
