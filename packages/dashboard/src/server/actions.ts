import { OptionError, StoreError } from '@rl/core'
import { isPlainObject, ownOptions } from '@rl/core/check'
import { compactId } from '@rl/core/keys'
import type { Actions, DeniedReply } from '../messages.ts'
import { ActionLog } from './action-log.ts'
import type { Figures, Shown } from './figures/figures.ts'
import { Hashes } from './hashes.ts'
import type { ActionEvent, Settings } from './options.ts'
import type { ProcessLimits } from './process-limits.ts'
import { Refused } from './refused.ts'
import { lookUp, refund, tryCall } from './standing.ts'

export type Path = keyof Actions

/** A request's body, of which only the names of fields are checked. */
interface Body {
  readonly limiter?: unknown
  readonly id?: unknown
  readonly cost?: unknown
  readonly units?: unknown
}

interface Kind {
  /** The action that `authorize` is asked about. */
  readonly action: ActionEvent['action']
  readonly fields: readonly (keyof Body)[]
  /** Sent to the store, at most. */
  readonly commands: number
}

export const KINDS: Readonly<Record<Path, Kind>> = {
  lookup: { action: 'lookup', fields: ['limiter', 'id'], commands: 1 },
  trial: { action: 'trial', fields: ['limiter', 'id', 'cost'], commands: 1 },
  refund: { action: 'refund', fields: ['limiter', 'id', 'units'], commands: 2 },
  reset: { action: 'reset', fields: ['limiter', 'id'], commands: 1 },
  denied: { action: 'lookup', fields: [], commands: 0 },
}

const MOST_LISTED = 50

/** Does what people ask for. */
export class ActionRunner {
  readonly #figures: Figures
  readonly #limits: ProcessLimits
  readonly #log: ActionLog
  /** Where identifiers are only shown by their hash. */
  readonly #hashes: Hashes | undefined

  constructor(figures: Figures, limits: ProcessLimits, { onAction, deniedMost }: Settings<never>) {
    this.#figures = figures
    this.#limits = limits
    this.#log = new ActionLog(onAction)
    this.#hashes = deniedMost === 'hashed' ? new Hashes() : undefined
  }

  /**
   * @param user Who asks.
   * @returns the answer's body.
   * @throws {Refused}
   */
  async run(path: Path, given: unknown, user: string | undefined): Promise<object> {
    try {
      if (!isPlainObject(given)) throw new Refused('bad-request', 'The body must be an object.')
      const body: Body = ownOptions('body', given, KINDS[path].fields)
      return path === 'denied' ? await this.#listDenied(user) : await this.#runFor(path, body, user)
    } catch (error) {
      if (error instanceof OptionError) throw new Refused('bad-request', error.message)
      if (error instanceof StoreError) throw new Refused('store-failed', error.message)
      throw error
    }
  }

  async #runFor(path: Exclude<Path, 'denied'>, body: Body, user: string | undefined): Promise<object> {
    const { action, commands } = KINDS[path]
    const shown = this.#shown(body.limiter)
    const id = body.id as string // which the limiter checks
    this.#limits.takeCommands(commands, action !== 'lookup')
    const event = { user, action, policy: shown.message.name }
    try {
      const reply = await this.#act(path, shown, id, body)
      this.#log.add({ ...event, outcome: 'done' }, id)
      return reply
    } catch (error) {
      if (error instanceof StoreError) this.#log.add({ ...event, outcome: 'failed' }, id)
      throw error
    }
  }

  async #act(path: Exclude<Path, 'denied'>, shown: Shown, id: string, body: Body): Promise<object> {
    const { operator, windows } = shown
    switch (path) {
      case 'lookup': {
        const standing = await lookUp(operator, windows, id)
        return { ...standing, hash: await this.#hashes?.of(compactId(id)) }
      }
      case 'trial':
        return tryCall(operator, id, body.cost)
      case 'refund':
        return refund(operator, windows, id, body.units)
      case 'reset':
        await operator.reset(id)
        return {}
    }
  }

  async #listDenied(user: string | undefined): Promise<DeniedReply> {
    const { mostDenied } = this.#figures
    if (mostDenied === undefined) throw new Refused('not-found', 'The list is switched off (the option deniedMost).')
    const { identifiers, othersAtMost } = mostDenied.top(MOST_LISTED)
    const hashes = this.#hashes
    this.#log.add({ user, action: 'lookup', policy: undefined, outcome: 'done' })
    if (hashes === undefined) return { shown: 'plain', identifiers, othersAtMost }
    const hashed = await Promise.all(identifiers.map(async (each) => ({ ...each, id: await hashes.of(each.id) })))
    return { shown: 'hashed', identifiers: hashed, othersAtMost }
  }

  #shown(name: unknown): Shown {
    const shown = this.#figures.limiters.find(({ message }) => message.name === name)
    if (shown === undefined) throw new Refused('not-found', 'There is no limiter of this name.')
    return shown
  }
}
