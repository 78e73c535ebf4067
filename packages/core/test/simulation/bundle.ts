import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { runHistories } from './run.ts'

const SOURCE = resolve(import.meta.dirname, '../../src')

/** A change of the core's source that the simulation has to notice. */
export interface Edit {
  /** Within `src`. */
  readonly file: string
  readonly text: string
  readonly by: string
}

/** The simulation over a core that was changed. Nothing is written into the working tree. */
export async function simulationOf(edits: readonly Edit[], outfile: string): Promise<typeof runHistories> {
  await build({
    entryPoints: [resolve(import.meta.dirname, 'run.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    outfile,
    plugins: [edited(edits)],
  })
  const { runHistories: run } = (await import(
    /* @vite-ignore */ pathToFileURL(outfile).href
  )) as typeof import('./run.ts')
  return run
}

function edited(edits: readonly Edit[]): Plugin {
  const unseen = new Set(edits)
  return {
    name: 'edited',
    setup({ onLoad, onEnd }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8')
        for (const edit of edits) {
          if (path !== resolve(SOURCE, edit.file)) continue
          unseen.delete(edit)
          if (contents.split(edit.text).length !== 2) {
            throw new Error(`core/src/${edit.file} must contain exactly once: ${edit.text}`)
          }
          contents = contents.replace(edit.text, () => edit.by)
        }
        return { contents, loader: 'ts' }
      })
      onEnd(() => {
        for (const { file } of unseen) throw new Error(`core/src/${file} is not part of the core any more`)
      })
    },
  }
}
