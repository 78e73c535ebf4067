import { inspect } from 'node:util'
import fc from 'fast-check'

/** Values that are easily taken for a number, a string, a list or an object of settings. */
const ODD: readonly unknown[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, -1, 0.5, 2 ** 53, 2 ** 31, 1e308, 5e-324],
  ...['5', '', ' ', '1e3', '0x10', '1m', '1 m', '-1m', '0s', '1.5ms', 'NaN', 'epoch', '\ud800', 'x'.repeat(1e5)],
  ...[5n, 0n, -1n, true, false, null, undefined, Symbol('5'), Symbol.iterator, () => 5, class {}, Math.max],
  ...[[], [5], [[]], new Array(3), { length: 1, 0: 5 }, new Set([5]), new Map(), new Date(5), /5/, new Error('5')],
  ...[
    new Number(5),
    new String('5'),
    new Boolean(true),
    Object.create(null),
    Object.create({ limit: 5 }),
    new Uint8Array(5),
  ],
  ...[
    { valueOf: () => 5 },
    { toString: () => '5' },
    { toString: null, valueOf: null },
    { [Symbol.toPrimitive]: () => 5 },
  ],
  ...[{ toJSON: () => 5 }, JSON.parse('{"__proto__":{"limit":5}}'), JSON.parse('{"__proto__":5}'), { constructor: 5 }],
  ...[new Proxy({}, {}), new Proxy([], {}), new Proxy(() => 5, {}), globalThis, Promise.resolve(5)],
  new Proxy({}, { get: () => 5, has: () => true, ownKeys: () => ['limit'] }),
  { apply: 5, evalsha: 5, eval: 5 },
  {
    toString: () => {
      throw new Error('toString was called')
    },
  },
]

/** Anything at all, in a box: fast-check would look into proxies and the like. */
export const ANYTHING: fc.Arbitrary<() => unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD.map(boxed)) },
  {
    weight: 2,
    arbitrary: fc
      .anything({
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
      })
      .map(boxed),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.string({ unit: 'binary' })).map(boxed),
  },
)

function boxed(value: unknown): () => unknown {
  return Object.assign(() => value, { [fc.toStringMethod]: () => inspect(value) })
}
