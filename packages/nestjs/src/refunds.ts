import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { type Observable, tap } from 'rxjs'
import type { Outcome } from './options.ts'

/** Called with how a call ended. */
export type Settle = (outcome: Outcome) => void

/** By the call's arguments: its guards and interceptors get the same array. */
const waiting = new WeakMap<readonly unknown[], Settle[]>()

/** Calls back once the handler has ended: for a field in GraphQL or a message to a gateway, which have no response. */
export function onceHandled(context: ExecutionContext, settle: Settle): void {
  const args = context.getArgs<unknown[]>()
  waiting.set(args, [...(waiting.get(args) ?? []), settle])
}

/** Calls back those who wait for the end of the handler. Not if the client left before, as from a subscription. */
export class RefundInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const args = context.getArgs<unknown[]>()
    const settles = waiting.get(args)
    waiting.delete(args) // a class and its handler may both have this interceptor
    const handled = next.handle()
    if (settles === undefined) return handled
    const settleAll = (statusCode: number): void => {
      for (const settle of settles) settle({ statusCode })
    }
    return handled.pipe(tap({ complete: () => settleAll(200), error: (error) => settleAll(statusOf(error)) }))
  }
}

/** An HttpException's status, or 500 for other errors. */
function statusOf(error: unknown): number {
  const { getStatus } = Object(error) as { getStatus?: () => unknown }
  const status = typeof getStatus === 'function' ? getStatus.call(error) : undefined
  return typeof status === 'number' ? status : 500
}
