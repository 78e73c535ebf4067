import { keepContext } from './context.ts'

/** Runs jobs in the async context in which it was made, so that timers set from here keep no request's context alive. */
export class Background {
  #jobs: (() => void)[] = []
  #resume: (run: () => void) => void = keepContext()

  run(job: () => void): void {
    this.#jobs.push(job)
    this.#resume(this.#runAll)
  }

  readonly #runAll = (): void => {
    this.#resume = keepContext()
    const jobs = this.#jobs
    this.#jobs = []
    for (const job of jobs) job()
  }
}
