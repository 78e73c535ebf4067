import { afterEach, expect, test, vi } from 'vitest'
import { type ClientRetries, checkClientRetries } from '../src/index.ts'

const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
afterEach(() => warn.mockClear())

const remedy = 'new Client({ ...recommendedOptions })'
/** A client of a kind that no other test warns about. */
const retrying = (client: string): ClientRetries => ({ client, setting: 'retries 20', remedy })

test('a client that sends again is told of once for each kind of client, with its setting and what to write', () => {
  for (let i = 0; i < 3; i++) checkClientRetries(retrying('client A'))
  checkClientRetries(retrying('client B'), 'warn')
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/client A with retries 20 .* charged twice.*new Client\(\{ \.\.\.recommendedOptions \}\)/),
    expect.stringContaining('client B'),
  ])
})

test("'throw' refuses it, 'allow' and a client that sends nothing again say nothing", () => {
  expect(() => checkClientRetries(retrying('client C'), 'throw')).toThrow(
    `client must be one that sends no command again (${remedy}), received client C with retries 20`,
  )
  checkClientRetries(retrying('client C'), 'allow')
  checkClientRetries({ ...retrying('client C'), setting: undefined }, 'throw')
  checkClientRetries({ ...retrying('client C'), setting: undefined })
  expect(warn).not.toHaveBeenCalled()
})

test.each([
  ['deny', '"deny"'],
  [true, 'boolean'],
  [null, 'object'],
])('%s is no choice', (choice, received) => {
  const check = () => checkClientRetries(retrying('client D'), choice as 'warn')
  expect(check).toThrow(`clientRetries must be 'warn', 'allow' or 'throw', received ${received}`)
})

test('a runtime without a console is no obstacle', () => {
  vi.stubGlobal('console', undefined)
  try {
    checkClientRetries(retrying('client E'))
  } finally {
    vi.unstubAllGlobals()
  }
})
