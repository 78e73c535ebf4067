import type { Answer } from './answer.ts'
import type { Plan } from './plan.ts'
import type { ServerTarget } from './target.ts'

/** Messages to a worker: first to get ready, then to ask. It ends when the channel is closed. */
export type ToWorker =
  | {
      readonly type: 'prepare'
      readonly target: ServerTarget
      readonly name: string
      readonly plan: Plan
      readonly instance: number
    }
  | { readonly type: 'ask' }

/** Messages from a worker. After `done` or `failed` it ends by itself. */
export type FromWorker =
  | { readonly type: 'ready' }
  | ({ readonly type: 'answer' } & Answer)
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly message: string }
