import type { Decision, RateLimiter } from '@rl/core'
import { type RateLimitVariables, rateLimit } from '@rl/http/hono'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type Chat, mostTokensOf, parseChat, tokensOf } from './chat.ts'
import { countedStream } from './counted-stream.ts'
import type { Model } from './model.ts'

/** The units of a request, for the bill. */
export interface Usage {
  readonly tenant: string
  readonly reserved: number
  readonly used: number
  /** Whether what was not used is the tenant's again. */
  readonly isSettled: boolean
}

export interface Gateway {
  readonly limiter: RateLimiter
  readonly model: Model
  /** The tenant of each API key. */
  readonly tenants: ReadonlyMap<string, string>
  readonly onUsage: (usage: Usage) => void
}

interface Variables extends RateLimitVariables {
  readonly tenant: string
  readonly chat: Chat
}

export function createApp({ limiter, model, tenants, onUsage }: Gateway): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()

  const asked = createMiddleware<{ Variables: Variables }>(async (c, next) => {
    const key = c.req.header('authorization')?.replace(/^Bearer /, '')
    const tenant = tenants.get(key ?? '')
    if (tenant === undefined) return c.json({ error: 'an API key is needed' }, 401)
    const chat = parseChat(await c.req.json().catch(() => undefined))
    if (chat === undefined) return c.json({ error: 'a prompt and maxTokens from 1 to 4096 are needed' }, 400)
    c.set('tenant', tenant)
    c.set('chat', chat)
    return next()
  })

  // The most that the request can cost is reserved before the model is asked.
  const reserved = rateLimit<{ Variables: Variables }>({
    limiter,
    key: (c) => c.var.tenant,
    cost: (c) => ({ requests: 1, tokens: mostTokensOf(c.var.chat) }),
  })

  app.post('/v1/chat', asked, reserved, (c) => {
    const { tenant, chat, rateLimit } = c.var
    // The cost is known when the stream has ended, or the client has left.
    const settle = async (sent: number): Promise<void> => {
      const used = tokensOf(chat.prompt) + sent
      const isSettled = await settled(limiter, rateLimit.decision, used)
      onUsage({ tenant, reserved: mostTokensOf(chat), used, isSettled })
    }
    return c.body(countedStream(model(chat), settle), 200, { 'content-type': 'text/plain; charset=utf-8' })
  })

  return app
}

/** Without the store, the reservation stays charged until its windows end. The answer goes out all the same. */
async function settled(limiter: RateLimiter, decision: Decision, tokens: number): Promise<boolean> {
  try {
    await limiter.settle(decision, { tokens })
    return true
  } catch {
    return false
  }
}
