import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import { type Observable, tap } from 'rxjs'
import type { Outcome } from './options.ts'

/** Told how a call ended. */
export type Settle = (outcome: Outcome) => void

/** By the call's arguments, an array that its guards and interceptors have in common. */
const waiting = new WeakMap<readonly unknown[], Settle[]>()

/** For a call without a response of its own, such as a field in GraphQL or a message to a gateway. */
export function onceHandled(context: ExecutionContext, settle: Settle): void {
  const args = context.getArgs<unknown[]>()
  waiting.set(args, [...(waiting.get(args) ?? []), settle])
}

/** Tells those who wait how the handler ended. A client that left before, as from a subscription, is not told of. */
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

/** An HttpException's status. What else is thrown counts as a failure of the server. */
function statusOf(error: unknown): number {
  const { getStatus } = Object(error) as { getStatus?: () => unknown }
  const status = typeof getStatus === 'function' ? getStatus.call(error) : undefined
  return typeof status === 'number' ? status : 500
}
