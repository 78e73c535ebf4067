import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(fileURLToPath(import.meta.url), '../../../..')

/** The entry points of published packages: the source of each one by its name, such as `@rl/core/calendar`. */
export function entryPoints() {
  const found = new Map()
  for (const folder of readdirSync(join(ROOT, 'packages'))) {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'))
    if (manifest.private) continue
    for (const [path, { '@rl/source': source }] of Object.entries(manifest.exports ?? {}))
      found.set(manifest.name + path.slice(1), join(ROOT, 'packages', folder, source))
  }
  return found
}
