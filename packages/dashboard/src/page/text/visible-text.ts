/** A part of a text: as it is, or the code point of a character that would not be seen, such as `U+202E`. */
export interface Piece {
  readonly text: string
  readonly isCode: boolean
}

/**
 * Characters that are invisible, look like a plain space, or change the order of others: controls, formats and direction marks,
 * line ends, lone surrogates, private and unassigned ones, fillers, spaces other than U+0020, the blank of Braille.
 */
const UNSEEN =
  /[\p{C}\p{Zl}\p{Zp}\u{a0}\u{1680}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}\u{2800}\p{Default_Ignorable_Code_Point}]/u

/** Code points that are shown of an identifier. */
const LONGEST = 160

/** An identifier as people may safely see it, as an attacker may have chosen it: each of its characters is seen. */
export function visiblePieces(text: string): readonly Piece[] {
  const characters = Array.from(text)
  const pieces: Piece[] = []
  let plain = ''
  for (const character of characters.slice(0, LONGEST)) {
    if (!UNSEEN.test(character)) {
      plain += character
      continue
    }
    if (plain !== '') pieces.push({ text: plain, isCode: false })
    plain = ''
    pieces.push({ text: codePoint(character), isCode: true })
  }
  if (plain !== '') pieces.push({ text: plain, isCode: false })
  const left = characters.length - LONGEST
  return left > 0 ? [...pieces, { text: `and ${left} more`, isCode: true }] : pieces
}

/** The same as one string, for what is announced. */
export function visibleText(text: string): string {
  return visiblePieces(text)
    .map(({ text, isCode }) => (isCode ? ` [${text}] ` : text))
    .join('')
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
