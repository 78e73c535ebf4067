import { expect, test } from 'vitest'
import { Accounts } from '../src/accounts.ts'
import { settingsFrom } from '../src/settings.ts'

const NEEDED = { REDIS_URL: 'redis://127.0.0.1', API_KEYS: 'ann:free:one, bob:pro:two' }

test('what is missing or wrong is named', () => {
  expect(() => settingsFrom({ ...NEEDED, REDIS_URL: undefined })).toThrow('REDIS_URL')
  expect(() => settingsFrom({ ...NEEDED, API_KEYS: '' })).toThrow('API_KEYS')
  expect(() => settingsFrom({ ...NEEDED, PORT: 'x' })).toThrow('PORT must be an integer from 0, but is "x"')
  expect(() => settingsFrom({ ...NEEDED, INSTANCES: '0' })).toThrow('INSTANCES')
  expect(settingsFrom(NEEDED)).toMatchObject({ port: 3000, instances: 1, trustedProxies: [], hashSlots: 4 })
})

test('an account is found by its key alone', () => {
  const { accounts } = settingsFrom(NEEDED)
  expect(accounts.find('Bearer two')).toEqual({ id: 'bob', plan: 'pro' })
  for (const wrong of [undefined, 'two', 'Bearer', 'Bearer bob', 'Basic two', 'Bearer two two'])
    expect(accounts.find(wrong)).toBeUndefined()
})

test.each(['ann:free', 'ann:gold:secret', ':free:secret', 'ann:free:secret:more', 'ann:constructor:secret'])(
  'keys written as %s are refused, and not shown',
  (text) => {
    expect(() => Accounts.parse(text)).toThrow(/^API_KEYS must be (?!.*secret)/)
  },
)
