/**
 * Names that examples take for granted: the code that declares each, and the code after which the process can end. A key with a module
 * before the name is for that module's examples. An example that declares the name is ended in the same way.
 */
export const GIVEN: Readonly<Record<string, { readonly code: string; readonly end?: string }>> = {
  store: { code: 'const store = new MemoryStore()' },
  limiter: { code: "const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 100, window: '1m' })" },
  decision: { code: "const decision = await limiter.limit('user_123', { cost: 5 })" },
  clock: { code: 'const clock = testClock()' },
  '@rl/testing store': { code: 'const store = testStore({ clock })' },
  '@rl/testing limiter': {
    code: "const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1m' })",
  },
  '@rl/testing decision': {
    code: `const llm = new FixedWindowRateLimiter({ name: 'llm', store, windows: [
  { unit: 'requests', limit: 60, window: '1m' },
  { unit: 'tokens', limit: 100_000, window: '1m' },
] })
const decision = await llm.limit('user_123', { cost: { requests: 1, tokens: 1200 } })`,
  },
  signal: { code: 'const signal = AbortSignal.timeout(1000)' },
  tenant: { code: 'const tenant = { billingDay: 31 }' },
  harness: {
    code: 'let now = Date.now()\nconst store = new MemoryStore({ now: () => now })\nconst harness = { connect: () => store, moveClock: (ms: number) => { now += ms } }',
  },

  queue: { code: 'const queue = waitQueue(limiter, { maxWaitMs: 5000 })' },
  '@rl/core/receipts queue': { code: 'const queue = { add: async (job: object) => job }' },
  prompt: { code: "const prompt = 'Say hello.'" },
  job: { code: 'const job = { receipt: receiptOf(limiter, decision) }' },
  usage: { code: 'const usage = { totalTokens: 3 }' },
  metrics: { code: 'const metrics = { count: (name: string, id: string) => [name, id] }' },

  '@rl/core response': { code: 'let response = new Response()' },
  '@rl/http response': { code: 'const response = new ServerResponse(new IncomingMessage(new Socket()))' },
  ServerResponse: { code: "import { ServerResponse } from 'node:http'" },
  IncomingMessage: { code: "import { IncomingMessage } from 'node:http'" },
  Socket: { code: "import { Socket } from 'node:net'" },
  '@rl/testing response': {
    code: `const response = new Response('', { headers: { 'RateLimit-Policy': '"api";q=10;w=60', RateLimit: '"api";r=9;t=60' } })`,
  },
  request: { code: "const request = new Request('http://127.0.0.1/')" },
  handle: { code: 'const handle = async (request: Request) => new Response("hello from " + request.url)' },
  answerTo: { code: 'const answerTo = problemResponse' },
  userOf: { code: "const userOf = () => 'user_123'" },
  planOf: { code: "const planOf = (_request: unknown) => 'free' as const" },
  limits: { code: 'const limits = { free: 10, pro: 100 }' },
  limiters: { code: 'const limiters = { free: limiter, pro: limiter }' },
  billingDayOf: { code: 'const billingDayOf = (_request: unknown) => 31' },
  isAdmin: { code: 'const isAdmin = (request: { readonly headers: unknown }) => request.headers !== undefined' },
  nameOf: { code: "const nameOf = (_request: unknown) => 'ann'" },
  key: { code: 'const key = clientIp({ hops: 1 })' },
  search: { code: "const search = async () => 'found'" },
  searches: {
    code: "const searches = new FixedWindowRateLimiter({ name: 'searches', store, limit: 10, window: '1m' })",
  },
  verdict: {
    code: 'const guard = new Guard({ limiter, key: userOf, cost: 101 })\nconst verdict = await guard.check()',
  },
  before: { code: 'const before = undefined' },
  '@rl/http result': {
    code: "const decision = await limiter.limit('user_123', { cost: 101 })\nconst result = { allowed: false, decision, decisions: [{ limiter, decision }] }",
  },
  fields: { code: 'const fields = new Headers()' },
  policies: {
    code: `const now = Date.now()
const common = { unit: undefined, partitionKey: undefined }
const policies: QuotaPolicy[] = [
  { ...common, name: 'api-1s', limit: 10, windowMs: 1000, state: { remaining: 9, resetAt: now + 900, resetAfterMs: 900, violated: false } },
  { ...common, name: 'api-1d', limit: 1000, windowMs: 86_400_000, state: { remaining: 999, resetAt: now + 41_229_500, resetAfterMs: 41_229_500, violated: false } },
]`,
  },

  express: { code: "import express from 'express'" },
  app: { code: 'const app = express()' },
  '@rl/http rateLimit': { code: "import { rateLimit } from '@rl/http/express'" },
  '@rl/http/express-rate-limit rateLimit': { code: "import { rateLimit } from 'express-rate-limit'" },
  '@rl/http/express-rate-limit store': { code: 'const store = new ExpressRateLimitStore(new MemoryStore())' },
  fastify: { code: "import fastify from 'fastify'" },
  '@rl/http/fastify app': { code: 'const app = fastify()' },
  Hono: { code: "import { Hono } from 'hono'" },
  '@rl/http/hono app': { code: 'const app = new Hono<{ Variables: RateLimitVariables }>()' },
  Koa: { code: "import Koa from 'koa'" },
  '@rl/http/koa app': { code: 'const app = new Koa()' },
  Get: { code: "import { Get } from '@nestjs/common'" },
  Module: { code: "import { Module } from '@nestjs/common'" },
  '@rl/nestjs Response': { code: "import type { Response } from 'express'" },

  Redis: { code: "import { Redis } from 'ioredis'" },
  Cluster: { code: "import { Cluster } from 'ioredis'" },
  redis: {
    code: "const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', recommendedOptions)",
    end: 'await redis.quit()',
  },
  operations: {
    code: "const operations: Take[] = [{ kind: 'take', scope: 'api', id: 'user_123', times: 1, costs: [1], windows: [{ limit: 100, windowMs: 60_000, anchor: 'epoch' }] }]",
  },
  '@rl/redis-script command': {
    code: "const command = encode(operations, operations.map((each) => redisKey('rl:', counterKey(each))))",
  },
  '@rl/redis-script text': { code: 'const { text } = REDIS_SCRIPT' },
  '@rl/redis-script adapter': {
    code: `const adapter: Adapter<Redis, AdapterOptions> = {
  library: 'ioredis', accepts: 'a Redis', methods: ['evalsha', 'eval'], script: REDIS_SCRIPT, parallelism: 1, options: [],
  traits: () => ({ cluster: false, label: 'mine', retries: { client: 'mine', setting: undefined, remedy: '' } }),
  open: () => ({
    evalsha: (sha, keys, args) => redis.evalsha(sha, keys.length, ...keys, ...args),
    eval: (text, keys, args) => redis.eval(text, keys.length, ...keys, ...args),
  }),
}`,
  },
  nodes: { code: "const nodes = [{ host: '127.0.0.1', port: Number(process.env.REDIS_CLUSTER_PORT) }]" },
  cluster: { code: 'const cluster = new Cluster(nodes)', end: 'await cluster.quit()' },
  createClient: { code: "import { createClient } from 'redis'" },
  client: { code: 'const client = await createClient().connect()', end: 'await client.close()' },
  '@rl/upstash Redis': { code: "import { Redis } from '@upstash/redis'" },
  '@rl/upstash redis': { code: 'const redis = Redis.fromEnv()' },
  '@rl/valkey-glide GlideClient': { code: "import { GlideClient } from '@valkey/valkey-glide'" },
  '@rl/valkey-glide client': {
    code: 'const client = await GlideClient.createClient({ addresses })',
    end: 'client.close()',
  },
  addresses: {
    code: "const { hostname, port } = new URL(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379')\nconst addresses = [{ host: hostname, port: Number(port) }]",
  },
  Pool: { code: "import { Pool } from 'pg'" },
  pool: { code: 'const pool = new Pool({ connectionString: process.env.DATABASE_URL })', end: 'await pool.end()' },
  env: {
    code: 'const env: { LIMITS: ObjectNamespace } = { LIMITS: { idFromName: (name) => ({ name }), get: () => ({ fetch: async () => new Response() }) } }',
  },
}
