import { createRequire } from 'node:module'
import { defineConfig } from 'vitepress'
import { addressOf, EXCLUDED, pageFiles, ROOT } from '../src/site/pages.ts'
import { anchorOf, linkFromRepository } from '../src/site/repository-links.ts'
import { SIDEBAR } from '../src/site/sidebar.ts'

const files = pageFiles()
/** The pages lie outside of this package, where no Vue is found. */
const vue = createRequire(createRequire(import.meta.url).resolve('vitepress'))
  .resolve('vue/package.json')
  .slice(0, -'/package.json'.length)

export default defineConfig({
  title: '@rl',
  description: 'An exact rate limiter for TypeScript: windows fill and roll',
  srcDir: ROOT,
  srcExclude: [...EXCLUDED],
  rewrites: Object.fromEntries(files.map((file) => [file, addressOf(file)])),
  markdown: {
    anchor: { slugify: anchorOf },
    // The usual themes have comments that are hard to read.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { acl: 'sh' },
    config: (md) => linkFromRepository(md, new Set(files)),
  },
  vite: { resolve: { conditions: ['@rl/source'], alias: [{ find: /^vue(?=\/|$)/, replacement: vue }] } },
  themeConfig: {
    sidebar: SIDEBAR,
    nav: [
      { text: 'Playground', link: '/' },
      { text: 'Quick start', link: '/quick-start' },
      { text: 'API', link: '/api/index.html', target: '_self' },
    ],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/rl/rl' }],
  },
})
