import { type CanActivate, type ExecutionContext, Inject, type Type } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { isPlainObject, wrongOption } from '@rl/core/check'
import { Guard, onceSent, type Problem, type RateLimitResult } from '@rl/http'
import { RateLimitException, wsException } from './exception.ts'
import { requestOf, responseOf } from './handler-call.ts'
import { guardOptions, namesIn } from './limits.ts'
import type { HandlerArgs, Outcome, RateLimitOptions } from './options.ts'
import { writeQueryFields } from './query-fields.ts'
import { RateLimiters } from './rate-limiters.ts'
import { onceHandled } from './refunds.ts'
import { remember } from './results.ts'

/** Metadata of a handler or a class: the options of its decorators. */
export const LIMITS = '@rl/nestjs:limits'
/** Metadata of a handler or a class that is free from the limits around it. */
export const SKIPPED = '@rl/nestjs:skipped'

/** Where a limit was declared, from the outside to the inside. Inner limits replace outer ones of the same name. */
export type Place = 'everywhere' | 'class' | 'handler'

type CallGuard = Guard<HandlerArgs<unknown>, Outcome>
type Decorated = Parameters<Reflector['get']>[1]

const reflector = new Reflector()

/**
 * The class of a guard for one declaration. Nest makes the guard when the application starts.
 *
 * @throws {OptionError} if the options are no plain object.
 */
export function guardAt(place: Place, options: RateLimitOptions<unknown>): Type<CanActivate> {
  if (!isPlainObject(options)) throw wrongOption('options', 'a plain object', options)
  class RateLimitGuard extends HandlerGuard {
    constructor(limiters: RateLimiters) {
      super(place, options, limiters)
    }
  }
  Inject(RateLimiters)(RateLimitGuard, undefined, 0)
  return RateLimitGuard
}

class HandlerGuard implements CanActivate {
  readonly #place: Place
  readonly #options: RateLimitOptions<unknown>
  readonly #limiters: RateLimiters
  readonly #full: CallGuard | undefined
  /** By class and handler, as a handler may be inherited. */
  readonly #guards = new WeakMap<Type, WeakMap<Decorated, { readonly guard: CallGuard | undefined }>>()

  /** @throws {OptionError} naming the option that is wrong, or listing the names of the limiters. */
  constructor(place: Place, options: RateLimitOptions<unknown>, limiters: RateLimiters) {
    this.#place = place
    this.#options = options
    this.#limiters = limiters
    this.#full = this.#guardWithout([])
  }

  async canActivate(context: ExecutionContext): Promise<true> {
    const guard = this.#guardOf(context)
    if (guard === undefined) return true
    const request = requestOf(context)
    const verdict = await guard.check(request, context)
    if (verdict === undefined) return true
    const type = context.getType<string>()
    if (type === 'http' || type === 'graphql') remember(request, verdict.result, type === 'http')
    const response = responseOf(context)
    // Something else, such as a timeout, may have answered in the meantime.
    if (response !== undefined && !response.isSent()) {
      if (type === 'http') verdict.writeHeaders(response.fields)
      else writeQueryFields(response.raw, this, verdict, response.fields)
    }
    if (verdict.problem !== undefined) throw await this.#denial(verdict.problem, verdict.result, request, context)
    if (this.#options.refund === undefined) return true
    const settle = (outcome: Outcome): void => void guard.settle(verdict, outcome.statusCode, outcome, request, context)
    if (type === 'http' && response !== undefined) onceSent(response.raw, () => settle(response.outcome))
    else onceHandled(context, settle)
    return true
  }

  async #denial(
    problem: Problem,
    result: RateLimitResult,
    request: unknown,
    context: ExecutionContext,
  ): Promise<unknown> {
    const { denied = this.#limiters.defaults.denied } = this.#options
    if (denied !== undefined) return denied(result, request, context)
    const exception = new RateLimitException(problem, result)
    return context.getType<string>() === 'ws' ? wsException(exception) : exception
  }

  /** The limits of this place, without those that are replaced further inside. */
  #guardOf(context: ExecutionContext): CallGuard | undefined {
    if (this.#place === 'handler') return this.#full
    const [owner, handler] = [context.getClass(), context.getHandler()]
    const byHandler = this.#guards.get(owner) ?? new WeakMap()
    this.#guards.set(owner, byHandler)
    const known = byHandler.get(handler) ?? { guard: this.#guardAround(owner, handler) }
    byHandler.set(handler, known)
    return known.guard
  }

  #guardAround(owner: Type, handler: Decorated): CallGuard | undefined {
    const inside: Decorated[] = this.#place === 'everywhere' ? [owner, handler] : [handler]
    if (inside.some((each) => reflector.get<true | undefined>(SKIPPED, each))) return undefined
    const taken = inside
      .flatMap((each) => reflector.get<RateLimitOptions<unknown>[] | undefined>(LIMITS, each) ?? [])
      .flatMap((options) => namesIn(options, this.#limiters))
    const isTaken = namesIn(this.#options, this.#limiters).some((name) => taken.includes(name))
    return isTaken ? this.#guardWithout(taken) : this.#full
  }

  #guardWithout(names: readonly string[]): CallGuard | undefined {
    const options = guardOptions(this.#options, this.#limiters, names)
    return options && new Guard(options)
  }
}
