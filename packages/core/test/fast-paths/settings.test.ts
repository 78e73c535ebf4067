import { describe, expect, test } from 'vitest'
import { denyCache, lease } from '../../src/fast-paths/index.ts'
import { OptionError } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { thrown } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

describe.each<[string, (options?: never) => ReturnType<typeof lease>]>([
  ['denyCache', denyCache],
  ['lease', lease],
])('%s', (option, make) => {
  const limiterWith = (value: unknown) => limiterOn(new FakeStore(), { fastPaths: [make(value as never)] })

  test.each([[undefined], [{}], [{ maxKeys: 1, maxAgeMs: 1 }], [{ maxKeys: undefined }]])(
    'may be %j',
    async (value) => {
      expect(await limiterWith(value).limit('a')).toMatchObject({ allowed: true })
    },
  )

  test.each([[null], [1], ['yes'], [true], [[]], [() => true], [new Map([['maxKeys', 1]])]])(
    'must not be %j',
    (value) => {
      const error = thrown(() => limiterWith(value))
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option })
    },
  )

  test('must not have unknown settings', () => {
    const error = thrown(() => limiterWith({ maxAge: 5 }))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option })
    expect(String(error)).toContain('the unknown option "maxAge"')
    expect(String(error)).toContain('(did you mean maxAgeMs?)')
  })

  describe.each(['maxKeys', 'maxAgeMs'])('.%s', (setting) => {
    test.each([[0], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], ['5'], [null], [5n]])(
      'must not be %s',
      (value) => {
        const error = thrown(() => limiterWith({ [setting]: value }))
        expect(error).toBeInstanceOf(OptionError)
        expect(error).toMatchObject({ option: `${option}.${setting}` })
        expect(String(error)).toMatch(/ must be an integer from 1 to 2\^53-1, received /)
      },
    )
  })

  test('serves each limiter it is given to by itself', async () => {
    const path = make()
    const [one, other] = [1, 1000].map((limit) =>
      limiterOn(new FakeStore(), { name: `${limit}`, limit, fastPaths: [path] }),
    )
    for (let i = 0; i < 5; i++) await one?.limit('a')
    expect(await other?.limit('a')).toMatchObject({ allowed: true, source: 'store', remaining: 999 })
  })
})

describe('lease.share', () => {
  test.each([[1], [0.5], [Number.MIN_VALUE]])('may be %s', (share) => {
    expect(() => lease({ share })).not.toThrow()
  })

  test.each([[0], [-0.1], [1.01], [Number.NaN], [Number.POSITIVE_INFINITY], ['0.5'], [null]])(
    'must not be %s',
    (share) => {
      const error = thrown(() => lease({ share: share as number }))
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option: 'lease.share' })
    },
  )
})

test('the deny cache has no share', () => {
  expect(thrown(() => denyCache({ share: 0.5 } as never))).toBeInstanceOf(OptionError)
})
