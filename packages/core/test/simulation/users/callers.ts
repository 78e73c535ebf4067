import type { Decision, LimitOptions } from '../../../src/index.ts'
import { MOST_ABOVE_LIMIT } from '../checks/changes.ts'
import { describe, signatureOf } from '../checks/facts.ts'
import type { Call } from '../journal.ts'
import type { Actor } from '../world/actor.ts'
import { SimulatedSignal } from '../world/signal.ts'
import { anyCost, costsOf } from './costs.ts'
import { afterMicrotasks, type Scene } from './scene.ts'

/** Users who ask limiters, alone or in crowds, and sometimes leave. */
export class Callers {
  readonly #scene: Scene
  callsLeft: number

  constructor(scene: Scene, calls: number) {
    this.#scene = scene
    this.callsLeft = calls
  }

  burst(): void {
    const { random, setting } = this.#scene
    const count = Math.min(this.callsLeft, random.pick(setting.crowds))
    const actor = random.pick(setting.actors)
    const id = this.#anyId(actor)
    const isMixed = random.chance(0.5)
    for (let i = 0; i < count; i++) {
      const by = isMixed && random.chance(0.4) ? random.pick(setting.actors) : actor
      this.#call(by, isMixed && random.chance(0.5) ? this.#anyId(by) : id)
    }
    if (count < 20 || !random.chance(0.1)) return
    // More than a command takes.
    for (let i = 0; i < 300; i++) this.#call(actor, `many${i % 290}`)
  }

  #anyId({ fallback }: Actor): string {
    const { random, scheduler, setting } = this.#scene
    // With two stores, identifiers that are called once tell exactly what became of a call.
    if (fallback !== undefined && random.chance(0.4)) return `once${scheduler.nextSequence()}`
    return random.pick(setting.ids)
  }

  #call(actor: Actor, id: string): void {
    const { random, scheduler, book, statistics, signals } = this.#scene
    this.callsLeft--
    statistics.calls++
    const isPeek = random.chance(0.08)
    const cost = anyCost(actor, random, isPeek)
    const shift = random.chance(0.1) ? random.pick([-3, MOST_ABOVE_LIMIT]) : 0
    const limit = actor.windows.map((window) => Math.max(0, window.limit + shift))
    const signal = random.chance(0.12) ? new SimulatedSignal() : undefined
    const call = this.#newCall(actor, id, costsOf(actor, cost, isPeek), limit, isPeek)
    book.called(call)
    if (scheduler.isTraced) scheduler.write(describe(call))
    const options: LimitOptions = {
      ...(cost === undefined ? {} : { cost }),
      ...(shift === 0 ? {} : { limit }),
      ...(signal === undefined ? {} : { signal: signal as unknown as AbortSignal }),
    }
    const asked = isPeek ? actor.limiter.peek(id, options) : actor.limiter.limit(id, options)
    asked.then(
      (decision) => this.#settle(call, decision, undefined),
      (error: unknown) => this.#settle(call, undefined, error),
    )
    if (signal === undefined) return
    signals.push(signal)
    this.#abortSometime(call, signal)
  }

  #newCall(actor: Actor, id: string, costs: readonly number[], limits: readonly number[], isPeek: boolean): Call {
    const { scheduler } = this.#scene
    const asked = isPeek ? costs.map(() => 0) : costs
    return {
      sequence: scheduler.nextSequence(),
      actor,
      id,
      signature: signatureOf(
        asked,
        limits.map((limit) => ({ limit })),
      ),
      costs,
      limits,
      isPeek,
      at: scheduler.now,
      deadlineAt: scheduler.now + actor.deadlineMs,
      stalledBefore: scheduler.stalledMs,
      isAborted: false,
      travelsIn: undefined,
      timesSent: 0,
      refusedAt: undefined,
      settledSequence: undefined,
      settledAt: 0,
      decision: undefined,
      error: undefined,
    }
  }

  #settle(call: Call, decision: Decision | undefined, error: unknown): void {
    const { random, scheduler, journal, statistics } = this.#scene
    // It was answered before its caller left.
    if (decision !== undefined) call.isAborted = false
    if (!call.isAborted) call.settledSequence = scheduler.nextSequence()
    call.settledAt = scheduler.now
    call.decision = decision
    call.error = error
    journal.add({ kind: 'call settled', call })
    statistics.settled(call)
    if (scheduler.isTraced) scheduler.write(`${describe(call)}: ${resultOf(decision, error)}`)
    if (decision?.allowed && decision.source !== 'failure-policy' && !call.isPeek) {
      call.actor.refundables.push({ call, left: [...call.costs], isChanging: false })
    }
    // A caller that was answered often calls again at once.
    if (this.callsLeft > 0 && random.chance(0.1)) this.#call(call.actor, call.id)
  }

  #abortSometime(call: Call, signal: SimulatedSignal): void {
    const { random, scheduler, statistics } = this.#scene
    const abort = (): void => {
      if (call.settledSequence === undefined) {
        call.isAborted = true
        call.settledSequence = scheduler.nextSequence()
        statistics.aborts++
        if (scheduler.isTraced) scheduler.write(`abort ${describe(call)}`)
      }
      signal.abort()
    }
    const when = random.next()
    if (when < 0.1) abort()
    else if (when < 0.3) afterMicrotasks(random.int(1, 5), abort)
    else if (when < 0.8) scheduler.after(random.next() * random.pick([2, call.actor.deadlineMs]), '', abort)
  }
}

function resultOf(decision: Decision | undefined, error: unknown): string {
  if (decision === undefined) return `${error}`
  const { allowed, source } = decision
  const figures = source === 'failure-policy' ? '' : `, ${decision.windows.map(({ remaining }) => remaining)} remaining`
  return `${allowed ? 'allowed' : 'denied'} by ${source}${figures}`
}
