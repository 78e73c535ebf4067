/** A failure that the user of the demo can do something about. Its message is the whole report, on one line. */
export class ReportableError extends Error {
  override name = 'ReportableError'
  /** 1: something did not work; 2: the command line is wrong. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
