/**
 * Runs jobs in the async context in which it was made, whoever asks for them. An async function keeps the context in which it
 * was started, so timers that are set from here keep no request's context alive.
 */
export class Background {
  #jobs: (() => void)[] = []
  #wake: () => void = ignore

  constructor() {
    this.#run()
  }

  run(job: () => void): void {
    this.#jobs.push(job)
    this.#wake()
  }

  async #run(): Promise<never> {
    for (;;) {
      await new Promise<void>((resolve) => {
        if (this.#jobs.length > 0) resolve()
        this.#wake = resolve
      })
      const jobs = this.#jobs
      this.#jobs = []
      for (const job of jobs) job()
    }
  }
}

function ignore(): void {}
