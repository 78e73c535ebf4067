/** The page's texts, read at the first request. */
export interface PageText {
  readonly type: string
  readonly text: string
}

export type PagePath = '' | 'page.js' | 'page.css'

/** Not imported with the rest, as most processes show the page to nobody. */
export async function pageText(path: PagePath): Promise<PageText> {
  const { PAGE_CSS, PAGE_HTML, PAGE_JS } = await import('../page/page.generated.ts')
  switch (path) {
    case '':
      return { type: 'text/html; charset=utf-8', text: PAGE_HTML }
    case 'page.js':
      return { type: 'text/javascript; charset=utf-8', text: PAGE_JS }
    case 'page.css':
      return { type: 'text/css; charset=utf-8', text: PAGE_CSS }
  }
}
