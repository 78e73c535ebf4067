import { vercelAddress } from '@rl/http/client-ip'
import { createApp } from './app.ts'

export const config: { readonly runtime: 'edge' } = { runtime: 'edge' }

const app = createApp(vercelAddress)

export default (request: Request): Response | Promise<Response> => app.fetch(request)
