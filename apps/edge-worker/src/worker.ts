import { cloudflareAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'
import { upstashLimiter } from './upstash-limiter.ts'

export default createApp(cloudflareAddress, upstashLimiter)
