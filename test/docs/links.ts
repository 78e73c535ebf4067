import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { proseOf } from './blocks.ts'
import { type Document, ROOT } from './documents.ts'

/** Links of a page into this repository that lead nowhere: no such file, or no such heading in it. */
export function brokenLinks(document: Document): readonly string[] {
  const links = Array.from(proseOf(document).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false
    const [file = '', heading] = link.split('#')
    const path = file === '' ? document.path : join(dirname(document.path), file)
    if (!existsSync(join(ROOT, path))) return true
    if (heading === undefined) return false
    return !headingsOf({ path, text: readFileSync(join(ROOT, path), 'utf8') }).includes(heading)
  })
}

/** The anchors that GitHub gives a page's headings. */
function headingsOf(document: Document): readonly string[] {
  return Array.from(proseOf(document).matchAll(/^#+ (.*)$/gm), ([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
