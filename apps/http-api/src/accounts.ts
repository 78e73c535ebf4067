import { createHash } from 'node:crypto'
import { PLANS, type Plan } from './plans.ts'

/** The account of an API key. */
export interface Account {
  /** Names the account's counters in Redis, where a key would be a secret that leaked. */
  readonly id: string
  readonly plan: Plan
}

/** Accounts by API key. Holds hashes, so that no key lies in memory, and looking one up takes no longer the more of it is right. */
export class Accounts {
  readonly #byHash = new Map<string, Account>()

  /**
   * @param text `account:plan:key`, separated by commas.
   * @throws for what is written otherwise, without showing a key.
   */
  static parse(text: string): Accounts {
    const accounts = new Accounts()
    for (const entry of text.split(',').map((each) => each.trim())) {
      const [id, plan, key, ...rest] = entry.split(':')
      if (!id || !isPlan(plan) || !key || rest.length > 0)
        throw new Error(`API_KEYS must be account:plan:key, … with plans ${Object.keys(PLANS).join(', ')}`)
      accounts.#byHash.set(hashed(key), { id, plan })
    }
    return accounts
  }

  /** The account whose key is in `Authorization: Bearer …` of a request, if any. */
  find(authorization: string | undefined): Account | undefined {
    const key = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
    return key === undefined ? undefined : this.#byHash.get(hashed(key))
  }
}

function isPlan(name: string | undefined): name is Plan {
  return name !== undefined && Object.hasOwn(PLANS, name)
}

function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64')
}
