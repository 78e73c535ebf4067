import { applyDecorators, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { guardAt, LIMITS, type Place, SKIPPED } from './handler-guard.ts'
import type { HandlerRequest, RateLimitOptions } from './options.ts'
import { RefundInterceptor } from './refunds.ts'

const reflector = new Reflector()

/**
 * Limits a handler, or all handlers of a class: of a controller, resolver or gateway. It is a guard, and runs where it stands
 * among those of `@UseGuards()`: those of a class before those of its handlers, and of several decorators the lowest first.
 *
 * A handler's limits are added to those of its class and of the whole application. Where both name one limiter, the handler's
 * options hold.
 *
 * @example class Cats { @RateLimit({ limiter: 'searches', cost: 5 }) @Get('search') search() {} }
 */
export function RateLimit<Req = HandlerRequest>(options: RateLimitOptions<Req> = {}): ClassDecorator & MethodDecorator {
  return (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const place: Place = descriptor === undefined ? 'class' : 'handler'
    const before = reflector.get(LIMITS, descriptor?.value ?? target) ?? []
    const decorate = applyDecorators(
      SetMetadata(LIMITS, [...before, options]),
      UseGuards(guardAt(place, options as RateLimitOptions<unknown>)),
      ...(options.refund === undefined ? [] : [UseInterceptors(RefundInterceptor)]),
    )
    decorate(target, name as string, descriptor as TypedPropertyDescriptor<unknown>)
  }
}

/**
 * Frees a handler from the limits of its class, and both from those of the whole application. Its own limits stay.
 *
 * @example class Cats { @SkipRateLimit() @Get('health') health() {} }
 */
export function SkipRateLimit(): ClassDecorator & MethodDecorator {
  return SetMetadata(SKIPPED, true)
}
