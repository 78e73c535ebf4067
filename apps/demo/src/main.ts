// Imports nothing at first: an older Node could not load the rest, and would say so with a stack.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 20 || (major === 20 && minor >= 19)) {
  await import('./command.ts')
} else {
  process.stderr.write(
    `The demo needs Node 20.19 or later, and this is ${process.versions.node}: https://nodejs.org.\n`,
  )
  process.exitCode = 1
}

export {}
