const MARKED = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g

/** The document with each marked part made anew; what lies between is left as it is. */
export function fillIn(document: string, parts: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(parts))
  const filled = document.replace(MARKED, (_, open: string, name: string, close: string) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`nothing is generated for "${name}"`)
    missing.delete(name)
    return `${open}\n${part}\n\n${close}`
  })
  if (missing.size > 0) throw new Error(`the document has no place for ${[...missing].join(', ')}`)
  return filled
}

/** A table in Markdown: the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  const lines = [head, rule, ...rows].map((row) => row.map((text) => text.replaceAll('|', '\\|')).join(' | '))
  return lines.map((line) => `| ${line} |`).join('\n')
}
