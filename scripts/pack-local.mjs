// Packs packages of this repository, and prints the commands that install them in a project elsewhere.
// npx --yes pnpm@12 pack-local ioredis express

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const ROOT = join(import.meta.dirname, '..')
/** Frameworks that @rl/http serves, with what a project of theirs installs. */
const FRAMEWORKS = {
  express: ['express'],
  fastify: ['fastify'],
  hono: ['hono', '@hono/node-server'],
  koa: ['koa'],
  next: ['next'],
  fetch: [],
}
/** Libraries that a package works with, where it does not need one of them in particular. */
const CHOICES = { '@rl/postgres': ['pg'] }

const manifests = readdirSync(join(ROOT, 'packages'))
  .map((folder) => JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8')))
  .filter((manifest) => !manifest.private)
const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]))
const known = [...[...byName.keys()].map((name) => name.replace('@rl/', '')), ...Object.keys(FRAMEWORKS)]

try {
  main()
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`pack-local: ${error.message}`)
  process.exitCode = 2
}

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } })
  const asked = positionals.length === 0 ? ['ioredis'] : positionals
  const unknown = asked.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`nothing here is called ${JSON.stringify(unknown)}: choose from ${known.join(', ')}`)

  const packages = withTheirOwn(asked.map((name) => (name in FRAMEWORKS ? '@rl/http' : `@rl/${name}`)))
  const folder = resolve(values.to ?? join(ROOT, '../rl-packages'))
  mkdirSync(folder, { recursive: true })
  const filters = packages.map((name) => `--filter=${name}`)
  const pack = ['--yes', 'pnpm@12', '-r', ...filters, 'pack', '--pack-destination', folder]
  execFileSync('npx', pack, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })

  console.log('In your project:\n')
  console.log(`npm install ${packages.map((name) => quoted(join(folder, tarball(byName.get(name))))).join(' ')}`)
  const others = [...packages.flatMap(clients), ...asked.flatMap((name) => FRAMEWORKS[name] ?? [])]
  if (others.length > 0) console.log(`npm install ${others.join(' ')} # what your project does not have yet`)
}

/** Packages with those of ours that they need, each once. */
function withTheirOwn(names) {
  const all = new Set()
  const add = (name) => {
    if (!byName.has(name) || all.has(name)) return
    const { dependencies, peerDependencies } = byName.get(name)
    for (const other of Object.keys({ ...peerDependencies, ...dependencies })) add(other)
    all.add(name)
  }
  for (const name of names) add(name)
  return [...all]
}

/** The packages of others that a package is used with. */
function clients(name) {
  const { peerDependencies = {}, peerDependenciesMeta = {} } = byName.get(name)
  const peers = Object.keys(peerDependencies)
  const needed = peers.filter((peer) => !byName.has(peer) && !peerDependenciesMeta[peer]?.optional)
  return [...needed, ...(CHOICES[name] ?? [])]
}

function tarball({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
}

/** A path as a shell takes it. */
function quoted(path) {
  return path.includes(' ') ? `"${path}"` : path
}
