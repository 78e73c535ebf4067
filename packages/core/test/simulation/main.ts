import { parseArgs } from 'node:util'
import { runHistories } from './run.ts'
import type { Focus } from './world/setting.ts'

// Runs histories of a limiter, its store, network and clock until there were this many calls:
//   simulate-core --calls 1000000 --seed 1
// Replays one of them, step by step:
//   simulate-core --history 42

const { values } = parseArgs({
  options: {
    calls: { type: 'string' },
    seed: { type: 'string' },
    history: { type: 'string' },
    focus: { type: 'string' },
  },
})
const isReplay = values.history !== undefined
const firstSeed = Number(values.history ?? values.seed ?? 1)
const until = isReplay ? { histories: 1 } : { calls: Number(values.calls ?? 1_000_000) }
// Many errors are made, and nobody looks where.
if (!isReplay) Error.stackTraceLimit = 0
const startedAt = performance.now()
const { statistics, found } = await runHistories(
  firstSeed,
  until,
  isReplay ? console.log : undefined,
  values.focus as Focus,
)
const seconds = (performance.now() - startedAt) / 1000

console.log(JSON.stringify(statistics, undefined, 2))
console.log(`${statistics.calls} calls in ${seconds.toFixed(1)} s`)
if (found !== undefined) {
  console.error(found.error)
  console.error(`\nviolated in history ${found.seed}; replay it alone: pnpm simulate-core --history ${found.seed}`)
  process.exitCode = 1
}
