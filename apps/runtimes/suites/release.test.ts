import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cloneRepository } from '../src/clone.ts'
import { publicPackages } from '../src/packages.ts'
import { startRegistry } from '../src/registry.ts'

test('a changeset becomes versions, changelogs, tags and publications', async () => {
  const before = await publicPackages()
  const names = before.map(({ name }) => name).toSorted()
  await using clone = await cloneRepository()
  const read = (path: string): Promise<string> => readFile(join(clone.directory, path), 'utf8')

  await writeFile(
    join(clone.directory, '.changeset/rehearsal.md'),
    "---\n'@rl/memory': minor\n---\n\nIt was rehearsed.\n",
  )
  await clone.git('add', '--all')
  await clone.git('commit', '--quiet', '--message=With a changeset')

  await clone.pnpm('version-packages')
  const { version } = JSON.parse(await read('packages/memory/package.json'))
  expect(version).not.toBe(before[0]?.version)
  expect(await readdir(join(clone.directory, '.changeset'))).toEqual(['config.json'])
  for (const name of names) {
    const changelog = await read(`packages/${name.replace('@rl/', '')}/CHANGELOG.md`)
    expect(changelog).toMatch(`# ${name}\n\n## ${version}\n`)
  }
  expect(await read('packages/memory/CHANGELOG.md')).toMatch(/### Minor Changes\n[^#]*: It was rehearsed\./)
  await clone.git('add', '--all')
  await clone.git('commit', '--quiet', '--message=Versions')

  const tried = await clone.pnpm('-r', 'publish', '--dry-run')
  for (const name of names) expect(tried).toContain(`${name}@${version}`)

  await using registry = await startRegistry()
  await appendFile(
    join(clone.directory, '.npmrc'),
    `@rl:registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=none\n`,
  )
  await clone.pnpm('exec', 'changeset', 'publish')
  const publications = registry.publications.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(publications).toMatchObject(
    names.map((name) => ({
      name,
      access: 'public',
      'dist-tags': { latest: version },
      versions: { [version]: { name } },
    })),
  )
  for (const { versions } of publications) {
    const ranges = Object.entries(versions[version]?.dependencies ?? {}).filter(([name]) => name.startsWith('@rl/'))
    expect(ranges.map(([, range]) => range)).toEqual(ranges.map(() => `^${version}`))
  }
  expect((await clone.git('tag')).trim().split('\n')).toEqual(names.map((name) => `${name}@${version}`))

  // Most packages have @rl/core as a peer. Even so, an addition is a minor and a repair a patch.
  const [major = 0, minor = 0] = version.split('.').map(Number)
  for (const [kind, next] of [
    ['minor', `${major}.${minor + 1}.0`],
    ['patch', `${major}.${minor + 1}.1`],
  ]) {
    await writeFile(join(clone.directory, '.changeset/next.md'), `---\n'@rl/core': ${kind}\n---\n\nIt went on.\n`)
    await clone.pnpm('exec', 'changeset', 'version')
    const versions = names.map(async (name) =>
      JSON.parse(await read(`packages/${name.replace('@rl/', '')}/package.json`)),
    )
    expect(new Set((await Promise.all(versions)).map((manifest) => manifest.version))).toEqual(new Set([next]))
  }
})
