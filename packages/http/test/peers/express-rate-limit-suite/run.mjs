// Runs the suite of express-rate-limit over our packages. No version on npm comes with its tests, so this is run by hand, with a
// clone of its repository, and writes results.json:
// node packages/http/test/peers/express-rate-limit-suite/run.mjs PATH_OF_THE_CLONE
//
// left-out.json has the tests that are left out: why, a file, words of their titles ($ is the end), and how many there are. A test
// that is left out and passes is an error. Files "elsewhere" are not run, as no store takes part in them.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const [checkout] = process.argv.slice(2)
if (checkout === undefined) throw new TypeError('say where a clone of express-rate-limit is')

const { version, devDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
const tests = join(checkout, 'test/library')
const leftOut = JSON.parse(readFileSync(join(HERE, 'left-out.json'), 'utf8'))

/** The two ways of docs/migrate/express-rate-limit.md, and what stands in for the modules of express-rate-limit. */
const WAYS = {
  store: { index: 'with-our-store.ts', 'memory-store': 'memory-store.ts' },
  middleware: { index: 'middleware.ts', 'memory-store': 'memory-store.ts', validations: 'validations.ts' },
}
const TOOLS = ['jest', '@jest/globals', 'supertest', 'ratelimit-header-parser', 'express']

const folder = mkdtempSync(join(tmpdir(), 'rl-peer-'))
try {
  await main()
} finally {
  rmSync(folder, { recursive: true })
}

async function main() {
  const dependencies = Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]]))
  dependencies['express-rate-limit'] = version
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: folder,
    stdio: 'inherit',
  })
  const results = { version, date: new Date().toISOString().slice(0, 10) }
  for (const way of Object.keys(WAYS)) results[way] = judge(way, await run(way))
  console.log(JSON.stringify(results, null, 2))
  if (process.exitCode) return
  writeFileSync(join(HERE, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
}

/** Each test's outcome, by its file and full name. */
async function run(way) {
  const files = readdirSync(tests).filter((file) => file.endsWith('-test.ts') && !leftOut[way].elsewhere.includes(file))
  await build({
    entryPoints: files.map((file) => join(tests, file)),
    outdir: join(folder, way),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['@rl/source'],
    external: [...TOOLS, 'express-rate-limit'],
    tsconfigRaw: {},
    define: { 'import.meta.dirname': '""' },
    plugins: [{ name: 'stand-ins', setup: (its) => standIn(its, WAYS[way]) }],
  })
  const config = { rootDir: join(folder, way), testMatch: ['**/*-test.cjs'], transform: {}, testTimeout: 30_000 }
  const report = join(folder, `${way}.json`)
  try {
    execFileSync('npx', ['jest', '--config', JSON.stringify(config), '--json', '--outputFile', report, '--silent'], {
      cwd: folder,
      stdio: 'ignore',
    })
  } catch {} // some of those that are left out fail
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return testResults.flatMap(({ name, assertionResults, message }) => {
    const file = basename(name).replace('.cjs', '.ts')
    if (assertionResults.length === 0) throw new Error(`${file}: ${message}`)
    return assertionResults.map(({ fullName, status }) => ({ title: `${file}: ${fullName}`, status }))
  })
}

/** Modules of express-rate-limit that nothing stands in for are empty: what tests them fails. */
function standIn({ onResolve, onLoad }, standIns) {
  onResolve({ filter: /^\.\.\/\.\.\/source\// }, ({ path }) => {
    const file = standIns[basename(path, '.js')]
    return file === undefined ? { path, namespace: 'empty' } : { path: join(HERE, file) }
  })
  onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: 'module.exports = {}' }))
}

function judge(way, outcomes) {
  const left = Object.values(leftOut[way].tests).flatMap(Object.entries)
  const isFor = ([part]) => {
    const [file, words = ''] = part.split(/: ?/)
    return ({ title }) => title.startsWith(`${file}: `) && `${title}$`.includes(words)
  }
  const isLeftOut = (each) => left.some((entry) => isFor(entry)(each))
  const isPassed = ({ status }) => status === 'passed'
  const complain = (text, list) => {
    if (list.length === 0) return
    process.exitCode = 1
    console.error(`${way}: ${text}\n  ${list.join('\n  ')}`)
  }
  const titlesOf = (list) => list.map(({ title }) => title)
  complain('failed', titlesOf(outcomes.filter((each) => !isPassed(each) && !isLeftOut(each))))
  complain('left out, and passes', titlesOf(outcomes.filter((each) => isPassed(each) && isLeftOut(each))))
  const counts = left.map((entry) => [...entry, outcomes.filter(isFor(entry)).length])
  complain(
    'not as many',
    counts.filter(([, said, count]) => said !== count).map((count) => count.join(' ')),
  )
  return {
    total: outcomes.length,
    passed: outcomes.filter(isPassed).length,
    leftOut: outcomes.filter(isLeftOut).length,
  }
}
