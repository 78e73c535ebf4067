import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata, type Provider } from '@nestjs/common'
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core'
import { checkFunction, ownOptions } from '@rl/core/check'
import { guardAt } from './handler-guard.ts'
import type { HandlerRequest, RateLimitModuleOptions, RateLimitOptions } from './options.ts'
import { OPTIONS, RateLimiters } from './rate-limiters.ts'
import { RefundInterceptor } from './refunds.ts'

interface Everywhere<Req> {
  /** A limit for every handler of controllers and resolvers, without a decorator. Nest has no global guards for gateways. */
  readonly everywhere?: RateLimitOptions<Req> | undefined
}

/** Options of the module from a function, which may be asynchronous and have dependencies. */
export interface RateLimitModuleAsyncOptions<Req = HandlerRequest>
  extends Everywhere<Req>,
    Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider, 'inject'> {
  /** Called with what `inject` names. */
  readonly useFactory: (...dependencies: never[]) => RateLimitModuleOptions<Req> | Promise<RateLimitModuleOptions<Req>>
}

/**
 * Provides limiters to `@RateLimit()` in all modules, and as `RateLimiters` for injection. Import it once.
 *
 * @example
 * const limits = RateLimitModule.forRoot({ limiters: [limiter], key: clientIp(), everywhere: { limiter: 'api' } })
 * class AppModule {}
 * Module({ imports: [limits] })(AppModule)
 */
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's modules are classes.
export class RateLimitModule {
  /** @throws {OptionError} naming the option that is wrong; for wrong limiters when the application starts. */
  static forRoot<Req = HandlerRequest>(options: RateLimitModuleOptions<Req> & Everywhere<Req>): DynamicModule {
    const { everywhere, ...rest } = ownOptions('options', options, [...OPTIONS, 'everywhere'])
    return RateLimitModule.forRootAsync({ everywhere, useFactory: () => rest })
  }

  /**
   * @throws {OptionError} naming the option that is wrong; for what the factory gives, when the application starts.
   * @example const limits = RateLimitModule.forRootAsync({ useFactory: () => ({ limiters: [limiter], key: clientIp() }) })
   */
  static forRootAsync<Req = HandlerRequest>(options: RateLimitModuleAsyncOptions<Req>): DynamicModule {
    const known = ['imports', 'inject', 'useFactory', 'everywhere']
    const { imports = [], inject = [], useFactory, everywhere } = ownOptions('options', options, known)
    checkFunction('useFactory', useFactory)
    return {
      module: RateLimitModule,
      global: true,
      imports,
      providers: [
        {
          provide: RateLimiters,
          inject,
          useFactory: async (...dependencies: never[]) =>
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
