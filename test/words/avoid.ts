/** Words that readers stumble over, and what is plainer. */
export const AVOID: readonly { readonly words: RegExp; readonly plainer: string }[] = [
  { words: /\bso (many|much|often|long)\b(?! (as|that)\b)/i, plainer: 'say how many, or name the thing' },
  { words: /\bwhoever\b/i, plainer: 'name who' },
  { words: /\bhears? of\b/i, plainer: 'is called with' },
  { words: /\btold of\b/i, plainer: 'is called with' },
  { words: /\bshall\b/i, plainer: 'must, or will' },
  { words: /\balike\b/i, plainer: 'equal, or the same' },
  { words: /\bas far as\b/i, plainer: 'if, or until' },
  { words: /\bthat (is|are) none\b/i, plainer: 'name what it is' },
  { words: /\bof (its|their|his|her) own\b/i, plainer: 'its own …, or a separate …' },
  { words: /\bat most so\b/i, plainer: 'at most that many' },
  { words: /^(Who|What)\b.*[.:]$/, plainer: 'put the subject first, or ask a question' },
]
