import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Job, jobsOf, ROOT, readFile, stepsOf } from './repository.ts'

const WORKFLOWS = readdirSync(`${ROOT}.github/workflows`).map((name) => `.github/workflows/${name}`)
const RELEASE = '.github/workflows/release.yml'

function releaseJob(name: string): Job {
  const job = jobsOf(RELEASE).find((each) => each.name === name)
  if (job === undefined) throw new Error(`${RELEASE} has no job ${name}`)
  return job
}

/** Such as `contents: write`. */
function permissionsOf({ text }: Job): readonly string[] {
  const [, block = ''] = /^ {4}permissions:\n((?: {6}.*\n)+)/m.exec(text) ?? []
  return Array.from(block.matchAll(/^ {6}([\w-]+: \w+)/gm), ([, permission = '']) => permission)
}

describe.each(WORKFLOWS)('%s', (workflow) => {
  const jobs = jobsOf(workflow)
  const steps = jobs.flatMap(stepsOf)

  test('pins every action by its commit, and says the version', () => {
    const used = steps.flatMap((step) => /uses: .*/.exec(step) ?? [])
    expect(used.length).toBeGreaterThan(0)
    for (const line of used) expect(line).toMatch(/^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  test('leaves no credentials behind a checkout', () => {
    const checkouts = steps.filter((step) => step.includes('actions/checkout@'))
    expect(checkouts.length).toBeGreaterThan(0)
    for (const step of checkouts) expect(step).toMatch(/^ {10}persist-credentials: false$/m)
  })

  test('gives no rights but what each job names', () => {
    expect(readFile(workflow)).toMatch(/^permissions: \{\}$/m)
    expect(jobs.length).toBeGreaterThan(0)
    for (const job of jobs) expect(permissionsOf(job), job.name).not.toEqual([])
  })

  test('a job that runs on pull requests may only read', () => {
    if (!/^ {2}pull_request/m.test(readFile(workflow))) return
    for (const job of jobs) expect(permissionsOf(job)).toEqual(['contents: read'])
  })
})

describe('the release', () => {
  test('each job has the rights that it needs', () => {
    expect(Object.fromEntries(jobsOf(RELEASE).map((job) => [job.name, permissionsOf(job)]))).toEqual({
      check: ['contents: read'],
      version: ['contents: write', 'pull-requests: write'],
      publish: ['id-token: write'],
      tag: ['contents: write'],
    })
  })

  test.each(['publish', 'tag'])('the job "%s" runs nothing of this repository or its dependencies', (name) => {
    expect(releaseJob(name).text).not.toMatch(/checkout|\bpnpm\b|\bnpx\b|\.ci\/|npm (ci|install|run)/)
  })

  test('the packages go from the job that makes them to the one that publishes them', () => {
    expect(releaseJob('check').text).toMatch(/upload-artifact@.*\n +with:\n +name: packages\n/)
    expect(releaseJob('publish').text).toMatch(/needs: check\n/)
    expect(releaseJob('publish').text).toMatch(/download-artifact@.*\n +with:\n +name: packages\n/)
  })

  test('only the job that publishes sees a secret', () => {
    const seeing = jobsOf(RELEASE).filter(({ text }) => text.includes('secrets.'))
    expect(seeing.map(({ name }) => name)).toEqual(['publish'])
  })

  test('every package that is not private is packed', () => {
    const [, filters = ''] = / -r (.*) pack /.exec(releaseJob('check').text) ?? []
    const manifests = readdirSync(`${ROOT}packages`).map((name) =>
      JSON.parse(readFile(`packages/${name}/package.json`)),
    )
    const excluded = manifests.filter((manifest) => manifest.private).map(({ name }) => `--filter '!${name}'`)
    expect(filters).toBe(["--filter './packages/*'", ...excluded].join(' '))
  })
})

test('CI runs the adapters’ suites on every server that is supported', () => {
  const servers = jobsOf('.github/workflows/ci.yml').find(({ name }) => name === 'servers')?.text ?? ''
  const images = Array.from(servers.matchAll(/^ {10}- (.*)$/gm), ([, image]) => image)
  expect(images).toEqual(['redis:6.2', 'redis:7.0', 'redis:7.4', 'redis:8', 'valkey/valkey:8', 'valkey/valkey:9'])
  expect(servers).toContain('vitest run --config packages/test-servers/test/every-server/vitest.config.ts')
})
