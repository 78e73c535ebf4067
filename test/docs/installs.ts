import { blocksOf } from './blocks.ts'
import type { Document } from './documents.ts'

const INSTALL = /^(?:npm install|bun add|deno add) (.*)$/gm
const OURS = /^import .* from '(@rl\/[^/']+)[^']*'$/gm

/** Packages of ours that a section's snippets import, and its commands, where it shows any, do not install. */
export function neverInstalled(document: Document): readonly string[] {
  const lines = document.text.split('\n')
  const starts = lines.flatMap((line, i) => (line.startsWith('## ') ? [i + 1] : []))
  const sections = [1, ...starts].map((start, i) => ({ start, end: starts[i] ?? lines.length + 1 }))
  const blocks = blocksOf(document)
  return sections.flatMap(({ start, end }) => {
    const inside = blocks.filter(({ firstLine }) => firstLine > start && firstLine <= end)
    const textIn = (language: string): string =>
      inside.flatMap((block) => (block.language === language ? block.lines : [])).join('\n')
    const commands = Array.from(textIn('sh').matchAll(INSTALL), ([, names = '']) => names.split(' '))
    if (commands.length === 0) return []
    const installed = commands.flat().map((name) => name.replace(/^npm:/, ''))
    const imported = new Set(Array.from(textIn('ts').matchAll(OURS), ([, name = '']) => name))
    return [...imported].filter((name) => !installed.includes(name)).map((name) => `${lines[start - 1]}: ${name}`)
  })
}
