import type { Marks } from '../show/table.ts'

/** The input and output of a command. */
export interface Terminal {
  readonly marks: Marks
  /** Writes to stdout: what was asked for. */
  print(text: string): void
  /** Writes to stderr: what else there is to say. */
  note(text: string): void
  /** Puts a question to the user. Undefined where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}
