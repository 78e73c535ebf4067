import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's root, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url))

/** A file of the repository. */
export function readFile(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8')
}

/** A job of a workflow: its name, and its lines of YAML. */
export interface Job {
  readonly name: string
  readonly text: string
}

/** The jobs of a workflow, whose names stand two spaces deep. */
export function jobsOf(workflow: string): readonly Job[] {
  const [, jobs = ''] = readFile(workflow).split(/^jobs:\n/m)
  const parts = jobs.split(/^ {2}([\w-]+):\n/m).slice(1)
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    name: parts[2 * i] ?? '',
    text: parts[2 * i + 1] ?? '',
  }))
}

/** The steps of a job, each as its lines of YAML. */
export function stepsOf(job: Job): readonly string[] {
  const [, steps = ''] = job.text.split(/^ {4}steps:\n/m)
  return steps.split(/^ {6}- /m).slice(1)
}

/** The shell script of a step that has one. */
export function scriptOf(step: string): string {
  const [, block = ''] = step.split(/^ {8}run: \|\n/m)
  return block.replaceAll(/^ {10}/gm, '')
}
