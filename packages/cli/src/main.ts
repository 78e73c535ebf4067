#!/usr/bin/env node
import { createInterface } from 'node:readline'
import { EXIT } from './failure.ts'
import { internalFailure, run } from './run.ts'
import { marksFor } from './show/table.ts'

// Under DEBUG, ioredis would write its commands to stderr, the password among them. It is loaded later.
delete process.env.DEBUG

const { stdin, stdout, stderr } = process

for (const stream of [stdout, stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // The reader, such as `head`, has ended. Not told by SIGPIPE: a connection that breaks would send that, too.
    if (code === 'EPIPE') process.exit(EXIT.outputClosed)
    if (stream === stdout) stderr.write(`rl: the output could not be written (${code}): is the disk full?\n`)
    process.exit(EXIT.failed)
  })
}
process.on('uncaughtException', (error) => {
  stderr.write(`rl: ${internalFailure(error).message}\n`)
  process.exit(EXIT.failed)
})

/** Not a terminal of readline's, so that Ctrl+C ends the process as ever. The end of the input is no answer. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false })
  stderr.write(question)
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => resolve(''))
  })
}

process.exitCode = await run(process.argv.slice(2), process.env, {
  marks: marksFor(stdout.isTTY === true, process.env),
  print: (text) => void stdout.write(text),
  note: (text) => void stderr.write(text),
  ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
})
