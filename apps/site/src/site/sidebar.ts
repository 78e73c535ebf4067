import type { DefaultTheme } from 'vitepress'

const page = (text: string, link: string): DefaultTheme.SidebarItem => ({ text, link })

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
      page('An API with plans', '/apps/http-api'),
      page('A gateway for models', '/apps/llm-gateway'),
      page('An edge worker', '/apps/edge-worker'),
      page('Write a store', '/writing-a-store'),
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
]
