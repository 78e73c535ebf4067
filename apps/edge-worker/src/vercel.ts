import { vercelAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'
import { upstashLimiter } from './upstash-limiter.ts'

export const config: { readonly runtime: 'edge' } = { runtime: 'edge' }

const app = createApp(vercelAddress, upstashLimiter)

export default (request: Request): Response | Promise<Response> => app.fetch(request)
