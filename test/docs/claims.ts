import { expect, test } from 'vitest'
import { readDocuments } from './documents.ts'

/** Tests of claims: each fails where its claim is false. */
export type Claims = Readonly<Record<string, () => Promise<void>>>

/**
 * Checks each claim of a page, a list item that begins in bold print, by the entry with its words. Every claim needs one,
 * and every one a claim.
 */
export function describeClaims(page: string, claims: Claims): void {
  test('every claim of the page is shown, and no other', () => {
    expect(Object.keys(claims)).toEqual(claimsOf(page))
  })
  test.each(Object.entries(claims))('%s', (_, show) => show())
}

function claimsOf(page: string): readonly string[] {
  const text = readDocuments().find(({ path }) => path === page)?.text ?? ''
  return Array.from(text.matchAll(/^- \*\*(.*?)\.?\*\*/gm), ([, claim = '']) => claim)
}
