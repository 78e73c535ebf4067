import { readFileSync } from 'node:fs'

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}

interface Variable {
  readonly definition?: string
}

const FOLDER = new URL('..', import.meta.url)

const dashboard = JSON.parse(readFileSync(new URL('grafana/dashboard.json', FOLDER), 'utf8')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
}

export const PANELS: readonly Panel[] = dashboard.panels

/** The metrics in a query. */
export interface Query {
  readonly where: string
  readonly text: string
}

/** All queries that are shipped: of panels with their legends, of the dashboard's variables, and of alerts. */
export const QUERIES: readonly Query[] = [
  ...PANELS.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ where: title, text: `${expr} ${legendFormat}` })),
  ),
  ...dashboard.templating.list.flatMap(({ definition = '' }) => ({ where: 'variable', text: definition })),
  ...readFileSync(new URL('prometheus/alerts.yml', FOLDER), 'utf8')
    .split('- alert: ')
    .slice(1)
    .map((alert) => ({ where: alert.split('\n')[0] ?? '', text: alert.replaceAll(/^ *#.*/gm, '') })),
]

/** The content of a Prometheus page: its series' names, and all their labels. */
export interface Exposed {
  readonly names: readonly string[]
  readonly labels: readonly string[]
}

export function exposedBy(page: string): Exposed {
  const lines = page.split('\n').filter((line) => line.startsWith('rl_'))
  return {
    names: [...new Set(lines.map((line) => line.replace(/[{ ].*/, '')))],
    labels: [...new Set(lines.flatMap((line) => Array.from(line.matchAll(/(\w+)="/g), ([, label = '']) => label)))],
  }
}

/** The names of series that a query reads, as patterns. */
export function seriesOf({ text }: Query): readonly RegExp[] {
  const patterns = Array.from(text.matchAll(/__name__=~"([^"]+)"/g), ([, pattern = '']) => pattern)
  const names = Array.from(text.matchAll(/\brl_\w+(?=[{[)]|, (?:job|rl_policy|rl_store)\))/g), ([name]) => name)
  const labels = new Set(labelsOf({ where: '', text }))
  return [...patterns, ...names.filter((name) => !labels.has(name))].map((name) => new RegExp(`^(?:${name})$`))
}

/** The labels that a query goes by or shows. */
export function labelsOf({ text }: Query): readonly string[] {
  const matched = Array.from(text.matchAll(/(\w+)(?:=~?|!=|!~)"/g), ([, label = '']) => label)
  const grouped = Array.from(text.matchAll(/by \(([^)]+)\)/g), ([, list = '']) => list.split(', ')).flat()
  const shown = Array.from(text.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g), ([, label = '']) => label)
  const values = Array.from(text.matchAll(/label_values\(.*, (\w+)\)/g), ([, label = '']) => label)
  return [...matched, ...grouped, ...shown, ...values]
}

/** Labels that Prometheus adds. */
const ADDED = ['job', 'le', '__name__']

/** The queries that would find nothing, and what is exposed that no query reads. */
export function problems({ names, labels }: Exposed): readonly string[] {
  const known = [...labels, ...ADDED]
  const unknown = QUERIES.flatMap((query) => [
    ...seriesOf(query).flatMap((name) => (names.some((each) => name.test(each)) ? [] : `${query.where}: ${name}`)),
    ...labelsOf(query).flatMap((label) => (known.includes(label) ? [] : `${query.where}: ${label}`)),
  ])
  const read = QUERIES.flatMap(seriesOf).map(({ source }) => new RegExp(source.replaceAll(/_(bucket|count)\b/g, '')))
  const families = new Set(names.map((name) => name.replace(/_(bucket|count|sum)$/, '')))
  const unread = [...families].filter((family) => !read.some((name) => name.test(family)))
  return [...unknown, ...unread.map((name) => `no query reads ${name}`)]
}
