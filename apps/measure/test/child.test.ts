import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { nextMessage } from '../src/child.ts'

test('the next message of a child, or an error when it ends without one', async () => {
  const program = "process.send({ port: 1 }); process.once('message', () => process.exit(7))"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  expect(await nextMessage(child)).toEqual({ port: 1 })
  const next = nextMessage(child)
  child.send('anything')
  await expect(next).rejects.toThrow('a child process ended (7) without an answer')
})
