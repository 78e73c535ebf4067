import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { run } from './run.ts'

/**
 * Runs a suite in workerd as its own test command does: one bundle, as every deployment to the edge makes it, and the
 * servers as bindings.
 */
export async function runInWorkerd(
  workerd: string,
  suite: string,
  project: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  await build({
    absWorkingDir: project,
    entryPoints: ['dist/worker.js'],
    outfile: `bundle/${suite}.js`,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
  })
  const config = join(project, 'bundle', `${suite}.capnp`)
  await writeFile(config, configOf(`${suite}.js`, { ...env, SUITE: suite }))
  return run(workerd, ['test', config])
}

function configOf(module: string, bindings: Readonly<Record<string, string>>): string {
  const texts = Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`)
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = .suite),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
);

const suite :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${module}")],
  bindings = [${texts.join(', ')}],
  compatibilityDate = "2026-01-01",
);
`
}
