import { expect, test } from 'vitest'
import { readFile } from './repository.ts'

const dependabot = readFile('.github/dependabot.yml')

test('dependencies and actions are updated once a week, in groups, after a week of rest', () => {
  const ecosystems = dependabot.split('- package-ecosystem: ').slice(1)
  expect(ecosystems.map((text) => text.split('\n')[0])).toEqual(['github-actions', 'npm'])
  for (const text of ecosystems) {
    expect(text).toContain('interval: weekly')
    expect(text).toContain('default-days: 7')
    expect(text).toMatch(/^ {4}groups:$/m)
  }
})

test('a major that needs a newer Node than this repository is not proposed', () => {
  const ignored = Array.from(dependabot.matchAll(/dependency-name: ["']?([^"'\n]+)/g), ([, name = '']) => name)
  const held = Array.from(
    readFile('pnpm-workspace.yaml').matchAll(/^ {2}'?([^'\n:]+)'?: .*# .*needs Node/gm),
    ([, name = '']) => name,
  )
  expect(held.length).toBeGreaterThan(0)
  const isIgnored = (name: string): boolean =>
    ignored.some((pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))))
  expect(held.filter((name) => !isIgnored(name))).toEqual([])
})

test('SECURITY.md says how to report, what is supported and what counts', () => {
  const text = readFile('SECURITY.md')
  for (const title of ['Report a vulnerability', 'Supported versions', 'What counts'])
    expect(text).toContain(`\n## ${title}\n`)
  const { repository } = JSON.parse(readFile('package.json'))
  expect(text).toContain(`${repository.url.replace(/^git\+|\.git$/g, '')}/security/advisories/new`)
})
