import type { DefaultTheme } from 'vitepress'
import { addressOf, pageFiles } from './pages.ts'

function page(text: string, link: string): DefaultTheme.SidebarItem {
  return { text, link }
}

/** The pages by what one wants to do. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      page('Playground', '/'),
      page('What it is', '/introduction'),
      page('Quick start', '/quick-start'),
      page('Choosing', '/choosing'),
      page('Errors and their cures', '/errors'),
      page('Testing your limits', '/testing'),
    ],
  },
  {
    text: 'Build',
    items: [
      page('Limits for model tokens', '/model-tokens'),
      page('Recipes', '/recipes'),
      page('Recipes for frameworks', '/recipes-frameworks'),
      page('An API with plans', '/apps/http-api'),
      page('A gateway for models', '/apps/llm-gateway'),
      page('An edge worker', '/apps/edge-worker'),
      page('Write a store', '/writing-a-store'),
    ],
  },
  {
    text: 'Move from',
    items: [
      page('express-rate-limit', '/migrate/express-rate-limit'),
      page('@upstash/ratelimit', '/migrate/upstash-ratelimit'),
      page('rate-limiter-flexible', '/migrate/rate-limiter-flexible'),
    ],
  },
  {
    text: 'Operate',
    items: [
      page('Operate it', '/operate'),
      page('Redis', '/redis'),
      page('Reliability', '/reliability'),
      page('What to deploy', '/scale'),
      page('Performance', '/performance'),
      page('Versions and upgrades', '/versions'),
    ],
  },
  {
    text: 'Know exactly',
    items: [
      page('Semantics', '/semantics'),
      page('Comparison', '/comparison'),
      page('Architecture', '/architecture'),
      page('Contributing', '/contributing'),
    ],
  },
  {
    text: 'Packages',
    items: pagesBelow(/^packages\/(.+)\/README\.md$/, (name) => `@rl/${name}`),
  },
  { text: 'Evidence', items: pagesBelow(/^docs\/evidence\/(.+)\.md$/, (name) => name) },
]

function pagesBelow(pattern: RegExp, textOf: (name: string) => string): DefaultTheme.SidebarItem[] {
  return pageFiles().flatMap((file) => {
    const name = pattern.exec(file)?.[1]
    return name === undefined ? [] : [page(textOf(name), `/${addressOf(file).slice(0, -'.md'.length)}`)]
  })
}
