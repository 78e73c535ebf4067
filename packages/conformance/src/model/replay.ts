import type { Adjustment, Clear, Operation, Reply, Subject, Take, Window } from '@rl/core'
import { expect } from 'vitest'
import { nth, range } from '../asking/ask.ts'
import { adjusted, adjustmentOf, clearOf, fresh, freshName, type Taken } from '../asking/operations.ts'
import type { Context } from '../context.ts'
import { type History, type HistoryWindow, KEYS, type OperationStep, type Step, TOKENS } from './histories.ts'
import { answer, type Known, NOTHING_KNOWN, nameOf } from './oracle.ts'

const HOUR = 3_600_000

/** One history in progress: the store has to answer as the oracle does, to the last unit and millisecond. */
export class Replay {
  readonly #context: Context
  readonly #subjects: readonly Subject[] = range(KEYS).map(fresh)
  readonly #tokens: readonly string[] = range(TOKENS).map(freshName)
  #known: Known = NOTHING_KNOWN
  /** The latest that is known of the storage's clock. */
  #now = 0
  readonly #adjusted: string[] = []
  /** The ends and generations that replies have shown, by counter. */
  readonly #seen = new Map<string, Taken[]>()

  constructor(context: Context) {
    this.#context = context
  }

  async run(steps: History): Promise<void> {
    this.#now = await this.#context.now()
    for (const step of steps) await this.#step(step)
  }

  async #step(step: Step): Promise<void> {
    if (step.do === 'pass') {
      await this.#context.passTime(step.ms)
      this.#now = await this.#context.now()
      return
    }
    const operations = step.operations.map((each) => this.#operation(each))
    const replies = await this.#context.store.askAll(operations)
    const later = replies.some((reply) => reply instanceof Error) ? await this.#context.now() : 0
    for (const [i, reply] of replies.entries()) this.#check(nth(operations, i), reply, later)
  }

  #check(operation: Operation, reply: Reply | Error, later: number): void {
    if (reply instanceof Error) {
      // An error has no `now`, and changes nothing: it must be due at one moment of the time in which it came.
      const moments = range(later - this.#now + 1)
      const isDue = moments.some((ms) => answer(this.#known, operation, this.#now + ms).reply === 'error')
      if (!isDue) throw new Error('no error is due', { cause: reply })
      return
    }
    const { reply: due, known } = answer(this.#known, operation, reply.now)
    expect(reply).toEqual(due)
    this.#known = known
    this.#now = Math.max(this.#now, reply.now)
    if (operation.kind === 'take' && 'timesTaken' in reply) this.#remember(operation, reply.windows)
  }

  #remember({ scope, id, windows }: Take, states: readonly Taken[]): void {
    for (const [i, window] of windows.entries()) {
      const name = nameOf({ scope, id }, window)
      const seen = this.#seen.get(name) ?? []
      const { resetAt, generation } = nth(states, i)
      if (seen.some((each) => each.resetAt === resetAt && each.generation === generation)) continue
      this.#seen.set(name, [...seen, { resetAt, generation }])
    }
  }

  #operation(step: OperationStep): Operation {
    const subject = nth(this.#subjects, step.key)
    if (step.do === 'take') return this.#take(subject, step)
    return step.do === 'adjust' ? this.#adjustment(subject, step) : this.#clear(subject, step)
  }

  #take(subject: Subject, { windows, times, boundaries }: OperationStep & { do: 'take' }): Take {
    const asked = windows.map(({ window, limit }): Window => {
      if (window.window.anchor !== 'calendar') return { ...window.window, limit }
      return { ...window.window, limit, ends: this.#ends(window, boundaries), longestMs: 4 * window.ms }
    })
    return { kind: 'take', ...subject, windows: asked, costs: windows.map(({ cost }) => cost), times }
  }

  /** Multiples of the length, so that takes agree on the boundaries; or of four lengths, so that they don't. */
  #ends({ ms }: HistoryWindow, boundaries: 'around' | 'wide' | 'before' | 'after'): readonly number[] {
    const length = boundaries === 'wide' ? 4 * ms : ms
    const start = this.#now - (this.#now % length)
    if (boundaries === 'before') return [start - 2 * length, start]
    if (boundaries === 'after') return [start + 2000 * length, start + 2001 * length]
    return range(200).map((i) => start + (i - 1) * length)
  }

  #adjustment(subject: Subject, { windows, token, until }: OperationStep & { do: 'adjust' }): Adjustment {
    const named = windows.map(({ window, change, seen, offMs, offGeneration }) => {
      const all = this.#seen.get(nameOf(subject, window.window)) ?? []
      // Mostly the latest.
      const { resetAt, generation } = (seen < 4 ? all.at(-1) : all[seen - 4]) ?? { resetAt: 1, generation: 0 }
      const taken = {
        resetAt: Math.min(Math.max(0, resetAt + offMs), Number.MAX_SAFE_INTEGER),
        generation: Math.max(0, generation + offGeneration),
      }
      return adjusted(window.window, taken, change)
    })
    if (token === undefined) return adjustmentOf(subject, named)
    const lasts = { long: HOUR, short: 3, stale: -1 }[until]
    // Repeats name the same windows.
    const id = `${nth(this.#tokens, token)}-${this.#placeOf(windows.map(({ window }) => nameOf(subject, window.window)))}`
    return adjustmentOf(subject, named, { id, until: this.#now + lasts })
  }

  /** One number for each list of windows that a token was used for. */
  #placeOf(names: readonly string[]): number {
    const list = names.join()
    if (!this.#adjusted.includes(list)) this.#adjusted.push(list)
    return this.#adjusted.indexOf(list)
  }

  #clear(subject: Subject, { windows }: OperationStep & { do: 'clear' }): Clear {
    return clearOf(
      subject,
      windows.map(({ window }) => window),
    )
  }
}
