import { describe, expect, test } from 'vitest'
import { encodeCommand, encodeReply, type RawReply, ReplyError, RespParser } from '../src/resp/resp.ts'

const REPLIES: readonly RawReply[] = [
  'OK',
  '',
  -1,
  9_007_199_254_740_991,
  9_223_372_036_854_775_807n,
  Buffer.from([0, 13, 10, 255]),
  Buffer.alloc(0),
  null,
  new ReplyError('WRONGTYPE Operation against a key'),
  [],
  [1, [Buffer.from('deep'), [null, new ReplyError('ERR inside')]], 'QUEUED'],
]

describe('RespParser', () => {
  const bytes = Buffer.concat(REPLIES.map(encodeReply))

  test('reads what encodeReply writes', () => {
    expect(new RespParser().push(bytes)).toEqual(REPLIES)
  })

  test('reads the same wherever the bytes are split', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const parser = new RespParser()
      expect([...parser.push(bytes.subarray(0, at)), ...parser.push(bytes.subarray(at))]).toEqual(REPLIES)
    }
  })

  test('reads the same byte by byte', () => {
    const parser = new RespParser()
    expect([...bytes].flatMap((byte) => parser.push(Buffer.of(byte)))).toEqual(REPLIES)
  })

  test('reads a null array as null', () => {
    expect(new RespParser().push(Buffer.from('*-1\r\n'))).toEqual([null])
  })

  test('refuses what is not RESP2', () => {
    expect(() => new RespParser().push(Buffer.from('HTTP/1.1 400\r\n'))).toThrow('Not a RESP2 reply: "HTTP/1.1 400"')
  })
})

test('encodeCommand counts bytes, not characters', () => {
  expect(encodeCommand(['é', 1, Buffer.from([255])]).toString('latin1')).toBe(
    '*3\r\n$2\r\nÃ©\r\n$1\r\n1\r\n$1\r\nÿ\r\n',
  )
})
