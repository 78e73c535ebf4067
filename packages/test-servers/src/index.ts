export { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts'
export {
  type HarnessCounter,
  type RedisHarness,
  type RedisHarnessSettings,
  redisHarness,
  type StoreConnection,
} from './conformance/redis-harness.ts'
export { startFaultProxy } from './fault-proxy/start-fault-proxy.ts'
export type { FaultKind, FaultProxy, FaultProxyOptions, FaultSettings } from './fault-proxy/types.ts'
export { type PgBouncer, startPgBouncer } from './postgres/start-pgbouncer.ts'
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres/start-postgres.ts'
export { ensurePrometheus, type PrometheusPrograms } from './prometheus/ensure-prometheus.ts'
export {
  type Prometheus,
  type PrometheusOptions,
  type Sample,
  startPrometheus,
} from './prometheus/start-prometheus.ts'
export { commandsDuring } from './redis/commands-during.ts'
export { ensureRedisServer, findRedisServer, type RedisBinary, redisBinaries } from './redis/ensure-redis-server.ts'
export type { RedisServer } from './redis/launch.ts'
export type { CommandResult, Machine } from './redis/machine.ts'
export { type MovedSlot, moveSlot } from './redis/move-slot.ts'
export { redisCommand } from './redis/redis-command.ts'
export { type ServerClock, serverClock } from './redis/server-clock.ts'
export { type ClusterOptions, type RedisCluster, startCluster } from './redis/start-cluster.ts'
export { type RedisOptions, startRedis } from './redis/start-redis.ts'
export { type RedisSentinel, type SentinelOptions, startSentinel } from './redis/start-sentinel.ts'
export { ConnectionError } from './resp/connection.ts'
export { ReplyError, type RespArgument, type RespValue } from './resp/resp.ts'
export { isThorough, tenthUnlessThorough } from './thorough.ts'
export {
  startUpstashRest,
  type UpstashRestOptions,
  type UpstashRestServer,
  type UpstashRestSettings,
} from './upstash-rest/server.ts'
export { type RunningWorkerd, startWorkerd } from './workerd.ts'
