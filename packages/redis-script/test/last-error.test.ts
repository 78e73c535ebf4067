import { EventEmitter, errorMonitor } from 'node:events'
import { expect, test } from 'vitest'
import { lastErrorOf } from '../src/index.ts'

const events = { failures: [errorMonitor, 'node error'], recoveries: ['ready'] }
const refused = new Error('connect ECONNREFUSED')

test('the last error of a connection is known until the client is ready again', () => {
  const client = new EventEmitter()
  client.on('error', () => {})
  const lastError = lastErrorOf(client, events)
  expect(lastError()).toBeUndefined()
  client.emit('error', refused)
  expect(lastError()).toBe(refused)
  client.emit('ready')
  expect(lastError()).toBeUndefined()
  client.emit('node error', refused)
  expect(lastError()).toBe(refused)
})

test('stores over one client share its listeners, and none of them handles errors in place of the user', () => {
  const client = new EventEmitter()
  const all = Array.from({ length: 20 }, () => lastErrorOf(client, events))
  expect(client.listenerCount('ready')).toBe(1)
  expect(client.listenerCount('error')).toBe(0)
  expect(() => client.emit('error', refused)).toThrow(refused)
  for (const lastError of all) expect(lastError()).toBe(refused)
})

test('what emits no events has no last error', () => {
  const wrapper = { on: undefined }
  expect(lastErrorOf(wrapper, events)()).toBeUndefined()
  expect(lastErrorOf(wrapper, events)()).toBeUndefined()
})
