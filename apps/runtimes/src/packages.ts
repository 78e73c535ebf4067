import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { run } from './run.ts'

/** The fields of a package.json that are read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** The packages that are published. */
export async function publicPackages(): Promise<readonly Manifest[]> {
  const directories = await readdir(join(ROOT, 'packages'))
  const manifests = await Promise.all(
    directories.map(async (name) => JSON.parse(await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8'))),
  )
  return manifests.filter((manifest: Manifest) => !manifest.private)
}

/**
 * Packs them as they would be published, and gives the tarballs' paths. pnpm packs, because npm would leave the workspace's
 * `workspace:` and `catalog:` versions in the manifests.
 */
export async function pack(destination: string): Promise<readonly string[]> {
  await mkdir(destination, { recursive: true })
  const packages = await publicPackages()
  const filters = packages.map(({ name }) => `--filter=${name}`)
  await run('npx', ['--yes', 'pnpm@12', '-r', ...filters, 'pack', '--pack-destination', destination], { cwd: ROOT })
  return packages.map(({ name, version }) =>
    join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`),
  )
}
