import { table } from '@rl/measure'
import { short } from '../report/format.ts'
import type { LeaseRow } from './lease-waste.ts'
import type { SpreadRow } from './slot-spread.ts'

export const LEASE_HEAD: readonly string[] = [
  'hosts',
  'calls / limit',
  'deny cache',
  'most admitted in a window',
  'admitted, of what could be',
  'left unused',
  'admitted from leases',
  'calls answered by the store',
  'takes per call',
]

/** Few and many hosts. Those between and an uneven load lie between them. */
const SHOWN_HOSTS = [4, 64]

export function leaseRows(rows: readonly LeaseRow[]): readonly (readonly string[])[] {
  return rows
    .filter(({ hosts, hostZipf }) => SHOWN_HOSTS.includes(hosts) && hostZipf === 0)
    .map((row) => [
      String(row.hosts),
      short(row.demand),
      row.denyCache ? 'on' : 'off',
      ...[row.mostAdmitted, row.admitted, row.unused, row.fromLease, row.toStore].map(percent),
      short(row.takesPerCall),
    ])
}

/** Down the hash tags, across the masters. */
export function spreadTable(rows: readonly SpreadRow[], zipf: number): string {
  const own = rows.filter((row) => row.zipf === zipf)
  const masters = [...new Set(own.map((row) => row.masters))]
  const tags = [...new Set(own.map(({ hashTags }) => hashTags))]
  const cell = (count: number | undefined, of: number): string => {
    const row = own.find(({ hashTags, masters }) => hashTags === count && masters === of)
    if (row === undefined) return ''
    const all = short(row.maxOverMean)
    return zipf === 0 ? all : `${all} (${short(row.withoutHottest)})`
  }
  return table(
    ['hash tags', ...masters.map((count) => `${count} masters`)],
    tags.map((count) => [
      count === undefined ? 'one per identifier' : String(count),
      ...masters.map((of) => cell(count, of)),
    ]),
  )
}

/** To a tenth: what is all but everything must not read as everything. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`
}
