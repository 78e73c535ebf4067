import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'

const SITE = join(import.meta.dirname, '..')
const DIST = join(SITE, '.vitepress/dist')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** Builds the site as `pnpm site` does. Rejects when a link is dead. */
export async function buildSite(): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, [join(SITE, 'build/site.mjs')], { cwd: SITE, env })
}

/** Serves what was built, as any host of files would. */
export async function serveSite(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname)
    const file = join(DIST, path.endsWith('/') ? `${path}index.html` : path)
    if (path === '/favicon.ico') return response.writeHead(204).end()
    if (!file.startsWith(DIST) || !existsSync(file) || statSync(file).isDirectory())
      return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Links of the built pages that lead to no file of the site, or to no element of a page. */
export function deadLinks(): readonly string[] {
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'))
  const texts = new Map(files.map((file) => [file, readFileSync(join(DIST, file), 'utf8')]))
  const ids = new Map([...texts].map(([file, text]) => [file, new Set(matches(text, /\s(?:id|name)="([^"]+)"/g))]))
  const dead: string[] = []
  for (const [file, text] of texts) {
    for (const link of matches(text, /\s(?:href|src)="([^"]+)"/g)) {
      if (/^(https?:|mailto:|data:|javascript:)/.test(link)) continue
      const { pathname, hash } = new URL(link.replaceAll('&amp;', '&'), `http://site/${file}`)
      const path = decodeURIComponent(pathname)
        .replace(/^\//, '')
        .replace(/(^|\/)$/, '$1index.html')
      if (path === 'favicon.ico') continue
      const known = ids.get(path)
      const isThere = known !== undefined || existsSync(join(DIST, path))
      const anchor = decodeURIComponent(hash.slice(1))
      if (!isThere || (anchor !== '' && known?.has(anchor) === false)) dead.push(`${file}: ${link}`)
    }
  }
  return dead
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return Array.from(text.matchAll(pattern), ([, found = '']) => found)
}
