import { expect, test } from 'vitest'
import { billed, parseCommandStats, parseCpu, parseUsedMemory, sent, since } from '../src/server-stats.ts'

const BEFORE = `# Commandstats\r
cmdstat_evalsha:calls=10,usec=100,usec_per_call=10.00,rejected_calls=0,failed_calls=1\r
cmdstat_get:calls=10,usec=20,usec_per_call=2.00,rejected_calls=0,failed_calls=0\r
cmdstat_info:calls=3,usec=300,usec_per_call=100.00,rejected_calls=0,failed_calls=0\r
`
const AFTER = `${BEFORE.replace('calls=10,usec=100', 'calls=14,usec=160').replace('calls=10,usec=20', 'calls=15,usec=33')}cmdstat_eval:calls=1,usec=50,usec_per_call=50.00\r
cmdstat_config|get:calls=1,usec=5,usec_per_call=5.00\r
`

test('what was sent are the scripts, with the time of what they call', () => {
  const between = since(parseCommandStats(BEFORE), parseCommandStats(AFTER))
  expect(sent(between)).toEqual({ calls: 5, usec: 110 })
})

test('what is billed are the scripts and what they call, without housekeeping', () => {
  expect(billed(since(parseCommandStats(BEFORE), parseCommandStats(AFTER)))).toBe(4 + 1 + 5)
})

test('memory and processor time', () => {
  expect(parseUsedMemory('# Memory\r\nused_memory:12345\r\nused_memory_human:12K\r\n')).toBe(12_345)
  expect(() => parseUsedMemory('')).toThrow('used_memory')
  expect(parseCpu('used_cpu_sys:1.5\r\nused_cpu_user:0.25\r\nused_cpu_sys_children:9\r\n')).toBe(1_750_000)
})
