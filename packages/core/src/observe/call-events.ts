import type { Decision } from '../decision/types.ts'
import type { CallWatcher } from '../decision/watch.ts'
import { runtime } from '../dispatch/runtime.ts'
import type { Audience } from './audience.ts'

/** Whose decisions they are. */
export interface Policy {
  readonly policy: string
  readonly store: string
  readonly isShadow: boolean
}

/** Reports the decisions of one limiter. */
export class CallEvents implements CallWatcher {
  readonly #audience: Audience
  readonly #policy: Policy

  constructor(audience: Audience, policy: Policy) {
    this.#audience = audience
    this.#policy = policy
  }

  /** The observers run where the answer's continuation is registered here: in the caller's context, before the caller goes on. */
  call<Answer extends Decision>(id: string, isPeek: boolean, ask: () => Promise<Answer>): Promise<Answer> {
    const startedAt = runtime.now()
    const tell = (decision: Decision | undefined, error: unknown): void => {
      const windows = decision === undefined || decision.source === 'failure-policy' ? [] : decision.windows
      const event = {
        ...this.#policy,
        operation: isPeek ? ('peek' as const) : ('limit' as const),
        result:
          decision === undefined ? ('error' as const) : decision.allowed ? ('allowed' as const) : ('denied' as const),
        source: decision?.source,
        windows,
        shareLeft: shareLeft(windows),
        startedAt,
        durationMs: runtime.now() - startedAt,
        error,
        id: undefined,
      }
      this.#audience.tell('decision', event, id)
    }
    return ask().then(
      (decision) => {
        tell(decision, decision.source === 'failure-policy' ? decision.error : undefined)
        return decision
      },
      (error: unknown) => {
        tell(undefined, error)
        throw error
      },
    )
  }
}

/** Of the window that is fullest. */
function shareLeft(windows: readonly { readonly limit: number; readonly remaining: number }[]): number | undefined {
  if (windows.length === 0) return undefined
  return Math.min(...windows.map(({ limit, remaining }) => (limit === 0 ? 0 : remaining / limit)))
}
