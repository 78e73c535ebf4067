import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata, type Provider } from '@nestjs/common'
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core'
import { guardAt } from './handler-guard.ts'
import type { HandlerRequest, RateLimitModuleOptions, RateLimitOptions } from './options.ts'
import { RateLimiters } from './rate-limiters.ts'
import { RefundInterceptor } from './refunds.ts'

interface Everywhere<Req> {
  /** A limit of every handler of controllers and resolvers, without a decorator. Gateways have no global guards in Nest. */
  readonly everywhere?: RateLimitOptions<Req> | undefined
}

/** Options of the module from a function, which may be asynchronous and have dependencies. */
export interface RateLimitModuleAsyncOptions<Req = HandlerRequest>
  extends Everywhere<Req>,
    Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider, 'inject'> {
  // biome-ignore lint/suspicious/noExplicitAny: dependencies have the types that the application gives them, as in Nest.
  readonly useFactory: (...dependencies: any[]) => RateLimitModuleOptions<Req> | Promise<RateLimitModuleOptions<Req>>
}

/**
 * Provides limiters to `@RateLimit()` in all modules, and as `RateLimiters` for injection. Import it once.
 *
 * @example
 * imports: [RateLimitModule.forRoot({ limiters: [api, logins], key: clientIp(), everywhere: { limiter: 'api' } })]
 */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's modules are classes.
export class RateLimitModule {
  static forRoot<Req = HandlerRequest>({
    everywhere,
    ...options
  }: RateLimitModuleOptions<Req> & Everywhere<Req>): DynamicModule {
    return RateLimitModule.forRootAsync({ everywhere, useFactory: () => options })
  }

  static forRootAsync<Req = HandlerRequest>(options: RateLimitModuleAsyncOptions<Req>): DynamicModule {
    const { imports = [], inject = [], useFactory, everywhere } = options
    return {
      module: RateLimitModule,
      global: true,
      imports,
      providers: [
        {
          provide: RateLimiters,
          inject,
          useFactory: async (...dependencies: unknown[]) =>
            new RateLimiters((await useFactory(...dependencies)) as RateLimitModuleOptions<never>),
        },
        ...(everywhere === undefined ? [] : globalProviders(everywhere as RateLimitOptions<unknown>)),
      ],
      exports: [RateLimiters],
    }
  }
}

Module({})(RateLimitModule)

function globalProviders(options: RateLimitOptions<unknown>): Provider[] {
  const guard: Provider = { provide: APP_GUARD, useClass: guardAt('everywhere', options) }
  return options.refund === undefined ? [guard] : [guard, { provide: APP_INTERCEPTOR, useClass: RefundInterceptor }]
}
