import { describe, expect, test } from 'vitest'
import { FaultSource, type FaultSourceOptions } from '../src/fault-proxy/fault-source.ts'
import { commandOf, FrameScanner, isPush } from '../src/fault-proxy/frame-scanner.ts'
import { pieces } from '../src/fault-proxy/lane.ts'
import { CONNECTION_FAULTS } from '../src/fault-proxy/types.ts'
import { encodeCommand } from '../src/resp/resp.ts'

describe('FrameScanner', () => {
  const FRAMES = [
    '+OK\r\n',
    '-ERR no\r\n',
    ':-12\r\n',
    '$5\r\na\r\nbc\r\n',
    '$0\r\n\r\n',
    '$-1\r\n',
    '*-1\r\n',
    '*0\r\n',
    '*2\r\n*2\r\n:1\r\n$2\r\nhi\r\n*1\r\n*0\r\n',
    '_\r\n',
    '#t\r\n',
    ',1.5\r\n',
    '(3492890328409238509324850943850943825024385\r\n',
    '!9\r\nERR a\r\nno\r\n',
    '=8\r\ntxt:some\r\n',
    '%2\r\n+a\r\n:1\r\n+b\r\n~2\r\n:1\r\n:2\r\n',
    '|1\r\n+ttl\r\n:5\r\n*2\r\n:1\r\n|1\r\n+x\r\n+y\r\n:2\r\n',
    '>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\ntext\r\n',
    'PING inline\r\n',
  ]
  const bytes = Buffer.from(FRAMES.join(''))
  const texts = (frames: readonly Buffer[]): string[] => frames.map(String)

  test('cuts a stream into frames of every type', () => {
    expect(texts(new FrameScanner().push(bytes))).toEqual(FRAMES)
  })

  test('cuts it the same wherever the bytes are split', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const scanner = new FrameScanner()
      expect(texts([...scanner.push(bytes.subarray(0, at)), ...scanner.push(bytes.subarray(at))])).toEqual(FRAMES)
    }
  })

  test('cuts it the same byte by byte', () => {
    const scanner = new FrameScanner()
    expect(texts([...bytes].flatMap((byte) => scanner.push(Buffer.of(byte))))).toEqual(FRAMES)
  })

  test('tells what answers nothing', () => {
    const pushes = new FrameScanner().push(bytes).filter(isPush)
    expect(texts(pushes)).toEqual([FRAMES.find((frame) => frame.startsWith('>'))])
  })
})

test('commandOf reads the name of a command, inline ones included', () => {
  expect(commandOf(encodeCommand(['evalSha', 'a', 1]))).toBe('EVALSHA')
  expect(commandOf(encodeCommand(['PING']))).toBe('PING')
  expect(commandOf(Buffer.from('get key\r\n'))).toBe('GET')
})

test('pieces are small, few enough for the time, and make up the whole', () => {
  const bytes = Buffer.from('0123456789'.repeat(10))
  expect(pieces(bytes, 1000).map(({ length }) => length)).toEqual([...Array.from({ length: 33 }, () => 3), 1])
  expect(pieces(bytes, 4)).toHaveLength(4)
  expect(Buffer.concat(pieces(bytes, 7))).toEqual(bytes)
  expect(pieces(Buffer.alloc(0), 7)).toEqual([])
})

describe('FaultSource', () => {
  function sourceOf(options: Partial<FaultSourceOptions> = {}): FaultSource {
    const only = (command: string): boolean => command === 'EVAL'
    return new FaultSource({ seed: 7, rate: 0.5, kinds: CONNECTION_FAULTS, maxDelayMs: 20, only, ...options })
  }
  function draws(source: FaultSource, count: number): unknown[] {
    return Array.from({ length: count }, () => source.draw('EVAL'))
  }

  test('the same seed draws the same, another one does not', () => {
    expect(draws(sourceOf(), 500)).toEqual(draws(sourceOf(), 500))
    expect(draws(sourceOf(), 500)).not.toEqual(draws(sourceOf({ seed: 8 }), 500))
  })

  test('what the n-th request draws depends on no earlier rate, order or other command', () => {
    const disturbed = sourceOf({ rate: 0 })
    disturbed.order('delay', { ran: true })
    disturbed.draw('HELLO')
    expect(disturbed.draw('EVAL')).toMatchObject({ kind: 'delay', ran: true })
    expect(disturbed.draw('EVAL')).toBeUndefined()
    disturbed.setRate(0.5)
    expect(draws(disturbed, 100)).toEqual(draws(sourceOf(), 102).slice(2))
  })

  test('the rate is the share of requests with a fault, spread over all kinds', () => {
    const kinds = draws(sourceOf({ rate: 0.3 }), 10_000).flatMap((fault) => (fault as { kind: string })?.kind ?? [])
    expect(kinds.length).toBeGreaterThan(2700)
    expect(kinds.length).toBeLessThan(3300)
    for (const kind of CONNECTION_FAULTS) expect(kinds.filter((each) => each === kind).length).toBeGreaterThan(250)
    expect(draws(sourceOf({ rate: 0 }), 100)).toEqual(Array.from({ length: 100 }))
    expect(draws(sourceOf({ rate: 1 }), 100)).not.toContain(undefined)
  })

  test('durations are from 1 ms to the maximum', () => {
    const source = sourceOf()
    const ms = [0, 0.5, 0.999_999].map((amount) => source.durationMs({ kind: 'delay', ran: true, amount }))
    expect(ms).toEqual([1, 11, 20])
  })
})
