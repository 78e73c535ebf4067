/** How `rl` ends. */
export const EXIT = {
  done: 0,
  /** The server could not be reached, refused, or holds something else. */
  failed: 1,
  /** The arguments or the environment are wrong: nothing was asked. */
  usage: 2,
  /** The question of `rl reset` was not answered with yes. */
  declined: 3,
  /** The reader of the output has ended, as shells report it. */
  outputClosed: 141,
} as const

type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A failure that the user can cure. The message is the whole report: one line, with the cure, and no credentials. */
export class Failure extends Error {
  override name = 'Failure'
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Wrong arguments, or a wrong environment. */
export function usageFailure(message: string): Failure {
  return new Failure(message, EXIT.usage)
}
