import { cloudflareAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'

export default createApp(cloudflareAddress)
