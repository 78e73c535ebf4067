import type { Answer, ShownDecision } from './answer.ts'
import type { Plan } from './plan.ts'
import type { Target } from './target.ts'

/** Messages to a worker: first to get ready, then to make calls of part one, then to ask as planned. It ends when the channel is closed. */
export type ToWorker =
  | {
      readonly type: 'prepare'
      readonly target: Target
      readonly name: string
      readonly plan: Plan
      readonly instance: number
    }
  | { readonly type: 'call'; readonly id: number }
  | { readonly type: 'ask' }

/** Messages from a worker. After `done` or `failed` it ends by itself. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'called'; readonly id: number; readonly decision: ShownDecision }
  | ({ readonly type: 'answer' } & Answer)
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string }
