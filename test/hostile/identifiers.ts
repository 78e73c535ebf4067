import { randomFrom } from './random.ts'

/** Texts that trip up encodings, separators, hash tags, globs, lookups by name and Unicode's normal forms. */
const PIECES: readonly string[] = [
  ...['{', '}', '{}', '}{', '{a}', '}x{', '{victim}', '%7B', '%7D', '%7b', '\\{', '\u007b\u0000', '｛', '｝'],
  ...[':', '::', '%3A', '%3a', '%253A', '%', '%25', '#', '%23', '/', '?', '*', '[a]', '\\', "'", '"', '`', '$', '&'],
  ...[':e60000', ';e60000', '=1:', '}#token', 'rl:1:', 'rl:1:{', 'api:', 'api%3A', '%61pi'],
  ...['\0', '\r\n', ' ', '+', '%20', '\u200b', '\ufeff', '\u202e', '\u2028', '\ufffd', '\uffff'],
  ...[
    'é',
    'e\u0301',
    'É',
    'ß',
    'ss',
    'ı',
    'İ',
    'Ω',
    '\u2126',
    'ﬁ',
    'fi',
    'а',
    'a',
    'A',
    'ａ',
    '😀',
    '👍🏽',
    '\u{10ffff}',
  ],
  ...['__proto__', 'constructor', 'toString', 'null', 'undefined', 'NaN', '0', '-0', '00', '1', '01', '1e3'],
  ...['x'.repeat(31), 'x'.repeat(64), 'é'.repeat(33), '0123456789abcdef'.repeat(4)],
]

/** A random identifier: any characters, or a few pieces of the kinds above. Always well-formed, never empty. */
export function randomIdentifier(random: () => number): string {
  const length = 1 + (random() % 6)
  const adversarial = random() % 4 > 0
  let id = ''
  for (let i = 0; i < length; i++) id += adversarial ? PIECES[random() % PIECES.length] : character(random())
  return id
}

/** Identifiers that some encoding takes for the given one: each is another identifier, or the same string. */
export function lookalikes(id: string): string[] {
  const found = [`${id}\0`, ` ${id}`, `${id}#token`, `{${id}}`, `}${id}{`, `#${id}`, `api:${id}`]
  found.push(encodeURIComponent(id), encodeURI(id), id.normalize('NFC'), id.normalize('NFD'), id.normalize('NFKC'))
  found.push(id.toLowerCase(), id.toUpperCase(), decoded(id), JSON.stringify(id), id.replaceAll(':', '%3A'))
  return found.filter((each) => each !== '' && each.isWellFormed())
}

/** That many different identifiers, the same ones for the same seed. */
export function distinctIdentifiers(seed: number, count: number): string[] {
  const random = randomFrom(seed)
  const ids = new Set<string>()
  while (ids.size < count) {
    const id = randomIdentifier(random)
    ids.add(id)
    if (random() % 4 === 0) for (const twin of lookalikes(id)) ids.add(twin)
  }
  return [...ids].slice(0, count)
}

function character(number: number): string {
  const point = number % 3 === 0 ? number % 0x80 : number % 0x11_0000
  return String.fromCodePoint(point >= 0xd800 && point <= 0xdfff ? point - 0x800 : point)
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
