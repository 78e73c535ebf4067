import type { Adjustment, AdjustReply, Subject, Token } from '@rl/core'
import { StoreError } from '@rl/core'
import { PlainStore } from '../plain-store.ts'

export class ForgetsTokens extends PlainStore {
  protected override remember(): void {}
}

/** The token is known to the connection that sent it. */
export class TokensPerConnection extends PlainStore {
  readonly #seen = new Map<string, AdjustReply['windows']>()

  protected override remember(subject: Subject, token: Token, windows: AdjustReply['windows']): void {
    this.#seen.set(this.tokenAddress(subject, token), windows)
  }
  protected override remembered(subject: Subject, token: Token): AdjustReply['windows'] | undefined {
    return token.until > this.now() ? this.#seen.get(this.tokenAddress(subject, token)) : undefined
  }
}

/** A repeat is not told from the first. */
export class RepeatsUnmarked extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const reply = super.adjust(adjustment)
    return reply instanceof Error ? reply : { ...reply, repeated: false }
  }
}

/** A repeat is answered by what the counters are now. */
export class RepeatsAnswerAnew extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const reply = super.adjust(adjustment)
    if (reply instanceof Error || !reply.repeated) return reply
    const none = {
      ...adjustment,
      windows: adjustment.windows.map((window) => ({ ...window, change: 0 })),
      token: undefined,
    }
    return { ...(super.adjust(none) as AdjustReply), repeated: true }
  }
}

export class TokensOfAll extends PlainStore {
  protected override tokenAddress(_subject: Subject, { id }: Token): string {
    return `token ${id}`
  }
}

export class TokensWithoutCase extends PlainStore {
  protected override tokenAddress(subject: Subject, token: Token): string {
    return super.tokenAddress(subject, { ...token, id: token.id.toLowerCase() })
  }
}

/** Takes scope and identifier for one text. */
export class TokensRunTogether extends PlainStore {
  protected override tokenAddress({ scope, id }: Subject, token: Token): string {
    return `token ${scope}:${id}#${token.id}`
  }
}

export class StaleAccepted extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const { token } = adjustment
    return super.adjust(
      token !== undefined && token.until <= this.now() ? { ...adjustment, token: undefined } : adjustment,
    )
  }
}

/** Nobody knows whether a stale one was executed. */
export class StaleUnknown extends PlainStore {
  protected override stale(): Error {
    return new StoreError('the token is too old', { outcome: 'unknown' })
  }
}

/** Refuses stale tokens also where nothing could be changed any more. */
export class StaleBeforeEnded extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const { token } = adjustment
    return token !== undefined && token.until <= this.now() ? this.stale() : super.adjust(adjustment)
  }
}

/** Remembers the token also where all windows have ended. */
export class RemembersEnded extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const reply = super.adjust(adjustment)
    const { token } = adjustment
    if (token !== undefined && !(reply instanceof Error) && !reply.repeated)
      this.remember(adjustment, token, reply.windows)
    return reply
  }
}

/** Remembers the token before it knows whether the change fits. */
export class RemembersFailed extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    try {
      return super.adjust(adjustment)
    } catch (error) {
      if (adjustment.token !== undefined) {
        this.remember(
          adjustment,
          adjustment.token,
          adjustment.windows.map(() => 'ended'),
        )
      }
      throw error
    }
  }
}

/** Keeps tokens for good. */
export class TokensForever extends PlainStore {
  protected override remember(subject: Subject, token: Token, value: AdjustReply['windows']): void {
    this.storage.set(this.tokenAddress(subject, token), { value, expiresAt: Number.POSITIVE_INFINITY })
  }
}

/** A token lies with its counter and ends with the window. */
export class TokensEndWithWindow extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const { token, windows } = adjustment
    if (token === undefined) return super.adjust(adjustment)
    const end = Math.min(...windows.map(({ resetAt }) => Math.max(resetAt, 0)))
    return super.adjust({ ...adjustment, token: { ...token, until: Math.min(token.until, end) } })
  }
}
