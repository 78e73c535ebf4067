import type { BreakerChange } from '@rl/core'
import type { CommandEvent } from '@rl/core/observe'
import type { StoreFigures } from '../../messages.ts'
import { thisSecond } from './clock.ts'
import { Seconds } from './seconds.ts'

const SECONDS = 60
const COLUMNS = ['commands', 'failedCommands', 'callers'] as const
/** Latencies are of the latest commands of the last minute, up to a maximum. */
const SAMPLES = 1000

/** How one store answered this process. */
export class StoreCounts {
  readonly name: string
  readonly #past: Seconds = new Seconds(SECONDS, COLUMNS.length)
  readonly #samples: { readonly second: number; readonly durationMs: number }[] = []
  #nextSample = 0
  #breaker: StoreFigures['breaker'] = 'closed'

  constructor(name: string) {
    this.name = name
  }

  count({ callers, outcome, durationMs }: CommandEvent): void {
    const second = thisSecond()
    const counts = [1, outcome === 'answered' ? 0 : 1, callers]
    counts.forEach((amount, column) => {
      this.#past.add(second, column, amount)
    })
    this.#samples[this.#nextSample] = { second, durationMs }
    this.#nextSample = (this.#nextSample + 1) % SAMPLES
  }

  breakerIs({ state }: BreakerChange): void {
    this.#breaker = state
  }

  figures(second: number): StoreFigures {
    const [commands = 0, failedCommands = 0, callers = 0] = COLUMNS.map((_, i) => this.#past.sum(second, SECONDS, i))
    return {
      ...{ name: this.name, breaker: this.#breaker, commands, failedCommands },
      callsPerCommand: commands === 0 ? 0 : rounded(callers / commands),
      latencyMs: this.#latency(second),
    }
  }

  #latency(second: number): StoreFigures['latencyMs'] {
    const recent = this.#samples.filter((sample) => sample.second <= second && sample.second > second - SECONDS)
    const sorted = recent.map(({ durationMs }) => durationMs).sort((one, other) => one - other)
    const at = (share: number): number => rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? 0)
    return sorted.length === 0 ? undefined : { p50: at(0.5), p99: at(0.99), max: at(1) }
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
