import { ReflectionKind } from 'typedoc'
import { beforeAll, expect, test } from 'vitest'
import { readReference } from '../build/reference.mjs'
import { withoutExample } from './reference/called.ts'
import { isOption, numbersOf, saysRangeAndDefault, saysUnit } from './reference/numbers.ts'
import { type PublicName, publicNames } from './reference/public-names.ts'
import { throws } from './reference/throwing.ts'

/** Called by Cloudflare and by the store. */
const CALLED_BY_OTHERS = ['@rl/durable-objects RateLimitObject.alarm', '@rl/durable-objects RateLimitObject.fetch']

let names: readonly PublicName[]

beforeAll(async () => {
  const { project } = await readReference()
  names = publicNames(project)
}, 300_000)

test('every public name has a doc comment', () => {
  const exported = names.filter(({ name }) => !name.includes('.'))
  expect(exported.length).toBeGreaterThan(250)
  const undocumented = exported.filter(({ comments }) => !comments.some((each) => each.hasVisibleComponent()))
  expect(undocumented.map(show)).toEqual([])
})

test('every function and class has an example; a method has one, or an example of its module calls it', () => {
  expect(withoutExample(names).filter((name) => !CALLED_BY_OTHERS.includes(name))).toEqual([])
})

test('every field and option with a number says its unit or what it counts', () => {
  const numbers = numbersOf(names)
  expect(numbers.length).toBeGreaterThan(80)
  expect(numbers.filter((each) => !saysUnit(each)).map(show)).toEqual([])
})

test('every option with a number that can be left out says its range and its default', () => {
  const options = numbersOf(names).filter(isOption)
  expect(options.length).toBeGreaterThan(20)
  expect(options.filter((each) => !saysRangeAndDefault(each)).map(show)).toEqual([])
})

test('every function, method and constructor that has a throw or calls a check has @throws', () => {
  const called = ReflectionKind.Function | ReflectionKind.Method | ReflectionKind.Constructor
  const throwing = names.filter((each) => (each.reflection.kind & called) !== 0 && throws(each))
  expect(throwing.length).toBeGreaterThan(30)
  const silent = throwing.filter(({ comments }) => !comments.some((each) => each.getTag('@throws')))
  expect(silent.map(show)).toEqual([])
})

function show({ module, name }: PublicName): string {
  return `${module} ${name}`
}
