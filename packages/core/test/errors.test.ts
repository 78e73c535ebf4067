import { afterEach, describe, expect, test, vi } from 'vitest'
import { toStoreError } from '../src/errors.ts'
import { OptionError, StoreError } from '../src/index.ts'

afterEach(() => {
  vi.resetModules()
})

/** Another copy of the package, as another version's dependency brings it. */
async function anotherCopy(): Promise<typeof import('../src/errors.ts')> {
  vi.resetModules()
  return await import('../src/errors.ts')
}

describe('instanceof', () => {
  test('recognises the errors of another copy of the package', async () => {
    const other = await anotherCopy()
    expect(other.StoreError).not.toBe(StoreError)
    const error = new other.StoreError('full', { outcome: 'not-executed' })
    expect(error instanceof StoreError).toBe(true)
    expect(error instanceof OptionError).toBe(false)
    expect(toStoreError(error)).toBe(error)
    const wrong = new other.OptionError('limit', 'an integer', '"5"')
    expect(wrong instanceof OptionError).toBe(true)
    expect(wrong instanceof TypeError).toBe(true)
    expect(wrong instanceof StoreError).toBe(false)
  })

  test.each([
    null,
    undefined,
    5,
    'StoreError',
    {},
    new Error('StoreError'),
    { name: 'StoreError', outcome: 'unknown' },
  ])('is false for %o', (value) => {
    expect((value as object) instanceof StoreError).toBe(false)
    expect((value as object) instanceof OptionError).toBe(false)
  })

  test('of a subclass is true for its own instances alone', () => {
    class Full extends StoreError {}
    const full = new Full('full', { outcome: 'not-executed' })
    expect(full instanceof Full).toBe(true)
    expect(full instanceof StoreError).toBe(true)
    expect(new StoreError('x', { outcome: 'unknown' }) instanceof Full).toBe(false)
  })
})

test('the brand shows in no log', () => {
  const error = new StoreError('lost', { outcome: 'unknown', cause: 'socket' })
  expect(Object.keys(error).sort()).toEqual(['name', 'outcome', 'transient'])
  expect('cause' in new StoreError('lost', { outcome: 'unknown' })).toBe(false)
})

test('any other failure becomes a StoreError of unknown outcome', () => {
  const cause = new Error('socket closed')
  expect(toStoreError(cause)).toMatchObject({ outcome: 'unknown', transient: false, cause })
  expect(toStoreError(undefined)).toMatchObject({ name: 'StoreError', outcome: 'unknown', cause: undefined })
})
