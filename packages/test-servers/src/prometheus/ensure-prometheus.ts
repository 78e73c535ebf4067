import { dirname, join } from 'node:path'
import { findOrInstall } from '../redis/install-package.ts'
import { type Machine, thisMachine } from '../redis/machine.ts'

/** Paths of the server and of its tool for checking rules. */
export interface PrometheusPrograms {
  readonly prometheus: string
  readonly promtool: string
}

/** A real Prometheus, the first on PATH, else what apt-get or Homebrew installs. Rejects with how to get it when none can be had. */
export async function ensurePrometheus(machine: Machine = thisMachine()): Promise<PrometheusPrograms> {
  const prometheus = await findOrInstall(machine, {
    program: 'prometheus',
    apt: 'prometheus',
    brew: 'prometheus',
    howToGetIt: 'install it (Debian/Ubuntu: apt-get install prometheus; macOS: brew install prometheus)',
  })
  return { prometheus, promtool: join(dirname(prometheus), 'promtool') }
}
