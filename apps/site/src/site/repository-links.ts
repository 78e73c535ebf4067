import { existsSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { addressOf, ROOT } from './pages.ts'

const GITHUB = 'https://github.com/rl/rl'

/**
 * The Markdown links as it does on GitHub: from file to file. On the site, a link to a page leads to its address, one to any other
 * file of the repository to GitHub. A link to a file that does not exist stays as it is, so that the build fails.
 */
export function linkFromRepository(md: MarkdownRenderer, pages: ReadonlySet<string>): void {
  md.core.ruler.push('links-from-repository', ({ tokens, env }) => {
    const path = env.realPath ?? env.path
    if (path === undefined) return // the title alone
    const page = posix.relative(ROOT, path)
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' && token.attrGet('href')
        if (href) token.attrSet('href', linkOnSite(href, page, pages))
      }
    }
  })
}

/** @param page the file that links, from the root of the repository. */
export function linkOnSite(href: string, page: string, pages: ReadonlySet<string>): string {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [path = '', heading] = href.split('#')
  const file = posix.join(posix.dirname(page), path).replace(/\/$/, '')
  const readme = posix.join(file, 'README.md')
  const target = pages.has(file) ? file : pages.has(readme) ? readme : undefined
  const hash = heading === undefined ? '' : `#${heading}`
  if (target !== undefined) return `/${addressOf(target)}${hash}`
  if (!existsSync(posix.join(ROOT, file))) return href
  const kind = statSync(posix.join(ROOT, file)).isDirectory() ? 'tree' : 'blob'
  return `${GITHUB}/${kind}/main/${file}${hash}`
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}
