import { denoAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'
import { upstashLimiter } from './upstash-limiter.ts'

declare const Deno: { serve(fetch: ReturnType<typeof createApp>['fetch']): unknown }

Deno.serve(createApp(denoAddress, upstashLimiter).fetch)
