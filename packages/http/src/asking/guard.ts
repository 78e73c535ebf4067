import type { Decision, RateLimiter } from '@rl/core'
import type { HeaderFields } from '../fields/fields.ts'
import type { HeaderFormat } from '../fields/format.ts'
import type { QuotaPolicy } from '../fields/policy.ts'
import { askAll } from './ask.ts'
import { notifySafely } from './notify-safely.ts'
import type { GuardOptions } from './options.ts'
import { parseGuardOptions, parseHeaders, parseRules, type Rule } from './parse-options.ts'
import { policiesOf } from './policies.ts'
import { type Problem, problemOf, setRetryAfter } from './problem.ts'
import { isQuestion, questionOf } from './question.ts'
import { type LimiterDecision, type RateLimitResult, resultOf } from './result.ts'

/** A guard's verdict on a request. */
export interface Verdict {
  readonly result: RateLimitResult
  /** The answer to a denied request, if the application has none. */
  readonly problem: Problem | undefined
  /** Writes the response's fields. Beside those of an earlier middleware, so that the client learns of both. */
  writeHeaders(fields: HeaderFields): void
}

/**
 * The common part of all middlewares, for frameworks that have none here: asks the limiters about a request, and gives
 * units back after its response. `Args` is what the functions among the options are called with.
 *
 * @example
 * const guard = new Guard<[Request], Response>({ limiter, key: userOf, refund: 'failed' })
 * const verdict = await guard.check(request)
 * const response = verdict?.problem ? answerTo(verdict.problem) : await handle(request)
 * verdict?.writeHeaders(response.headers)
 * await guard.settle(verdict, response.status, response, request)
 */
export class Guard<Args extends readonly unknown[], Res> {
  readonly #options: GuardOptions<Args, Res>
  readonly #rules: readonly Rule<Args>[]
  readonly #formats: readonly HeaderFormat[]
  /** Places of the rules, see `askAll`. */
  readonly #order: number[]

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(options: GuardOptions<Args, Res>) {
    this.#options = parseGuardOptions(options)
    this.#rules = parseRules<Args>(this.#options)
    this.#order = this.#rules.map((_, place) => place)
    this.#formats = parseHeaders(this.#options.headers)
  }

  /**
   * Asks the limiters.
   *
   * @returns `undefined` for a request that `skip` lets pass.
   * @throws {OptionError} for what `key`, `cost`, `limit` or `calendar` gave.
   * @throws {StoreError} of a limiter, under `onStoreError: 'throw'`.
   */
  async check(...args: Args): Promise<Verdict | undefined> {
    const { skip, onStoreError = 'throw' } = this.#options
    if (skip !== undefined && (await skip(...args))) return undefined
    // All of them before the first unit is taken: what throws here costs nothing.
    const asked = this.#rules.map((rule) => questionOf(rule, args))
    const questions = asked.every(isQuestion) ? asked : await Promise.all(asked)
    const answers = await askAll(questions, this.#order, onStoreError, (limiter, decision) =>
      this.#refund(limiter, decision),
    )

    // Loops, as `flatMap` is slow, and each request would feel it.
    const policies: QuotaPolicy[] = []
    const decisions: LimiterDecision[] = []
    for (const answer of answers) {
      const { question, decision } = answer
      policies.push(...policiesOf(answer))
      if (decision) decisions.push({ limiter: question.limiter, decision })
    }
    const result = resultOf(decisions)
    return {
      result,
      problem: result.allowed ? undefined : problemOf(result, policies),
      writeHeaders: (fields) => {
        for (const format of this.#formats) format.write(policies, fields)
        if (!result.allowed) setRetryAfter(result, fields)
      },
    }
  }

  /**
   * Gives the units of an admitted request back, if `refund` says so. Never rejects. Don't call it for a client that left
   * before its answer: its requests would be free work.
   *
   * @param response `undefined` where there is none, as the handler threw: such a request has failed, with any status from 400.
   */
  async settle(verdict: Verdict | undefined, status: number, response: Res | undefined, ...args: Args): Promise<void> {
    const { refund } = this.#options
    if (refund === undefined || !verdict?.result.allowed) return
    try {
      if (typeof refund === 'function') {
        if (response === undefined || !(await refund(response, ...args))) return
      } else if ((refund === 'failed') !== status >= 400) return
      await Promise.all(verdict.result.decisions.map(({ limiter, decision }) => this.#refund(limiter, decision)))
    } catch (error) {
      this.#report(error)
    }
  }

  async #refund(limiter: RateLimiter, decision: Decision): Promise<boolean> {
    try {
      return await limiter.refund(decision)
    } catch (error) {
      this.#report(error)
      return false
    }
  }

  #report(error: unknown): void {
    notifySafely(this.#options.onRefundError ?? console.error, error)
  }
}
