import { describe, expect, test } from 'vitest'
import { type LimiterOptions, OptionError } from '../../src/index.ts'
import { RecordingStore, thrown } from '../support.ts'
import { World } from './world.ts'

const limiterWith = (option: string, value: unknown) =>
  new World().limiter({ store: new RecordingStore(), [option]: value } as Partial<LimiterOptions>)

describe.each(['denyCache', 'lease'])('%s', (option) => {
  test.each([[true], [false], [undefined], [{}], [{ maxKeys: 1, maxAgeMs: 1 }], [{ maxKeys: undefined }]])(
    'may be %j',
    (value) => {
      expect(() => limiterWith(option, value)).not.toThrow()
    },
  )

  test.each([[null], [1], ['yes'], [[]], [() => true]])('must not be %j', (value) => {
    const error = thrown(() => limiterWith(option, value))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option })
  })

  test('must not have unknown settings', () => {
    const error = thrown(() => limiterWith(option, { maxAge: 5 }))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option })
    expect(String(error)).toContain('the unknown "maxAge"')
  })

  describe.each(['maxKeys', 'maxAgeMs'])('.%s', (setting) => {
    test.each([[0], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], ['5'], [null], [5n]])(
      'must not be %s',
      (value) => {
        const error = thrown(() => limiterWith(option, { [setting]: value }))
        expect(error).toBeInstanceOf(OptionError)
        expect(error).toMatchObject({ option: `${option}.${setting}` })
        expect(String(error)).toMatch(/ must be an integer from 1 to 2\^53-1, received /)
      },
    )
  })
})

describe('lease.share', () => {
  test.each([[1], [0.5], [Number.MIN_VALUE]])('may be %s', (share) => {
    expect(() => limiterWith('lease', { share })).not.toThrow()
  })

  test.each([[0], [-0.1], [1.01], [Number.NaN], [Number.POSITIVE_INFINITY], ['0.5'], [null]])(
    'must not be %s',
    (share) => {
      const error = thrown(() => limiterWith('lease', { share }))
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option: 'lease.share' })
    },
  )
})

test('the deny cache has no share', () => {
  expect(thrown(() => limiterWith('denyCache', { share: 0.5 }))).toBeInstanceOf(OptionError)
})
