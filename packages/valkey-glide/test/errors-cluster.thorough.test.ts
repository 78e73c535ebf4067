import type { Take } from '@rl/core'
import { startCluster } from '@rl/test-servers'
import { GlideClient, Logger } from '@valkey/valkey-glide'
import { expect, onTestFinished, test } from 'vitest'
import { ValkeyGlideStore } from '../src/index.ts'

Logger.init('off')

const take: Take = {
  ...{ kind: 'take', scope: 'api', id: 'ann', costs: [1], times: 1 },
  windows: [{ limit: 5, windowMs: 10 ** 15, anchor: 'epoch' }],
}

test('a node of a Cluster refuses a client for a single server, before anything runs', async () => {
  const cluster = await startCluster()
  onTestFinished(() => cluster.stop())
  const messages = await Promise.all(
    cluster.ports.map(async (port) => {
      const addresses = [{ host: '127.0.0.1', port }]
      const client = await GlideClient.createClient({ addresses, requestTimeout: 30_000 })
      onTestFinished(() => client.close())
      const [reply] = await new ValkeyGlideStore(client).apply([take]).catch((error: Error) => [error])
      return reply instanceof Error ? reply.message : 'answered'
    }),
  )
  expect(messages.sort()).toEqual(['Redis refused: MOVED', 'Redis refused: MOVED', 'answered'])
})
