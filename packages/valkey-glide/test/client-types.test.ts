import { Decoder, GlideClient, GlideClusterClient } from '@valkey/valkey-glide'
import { expect, test } from 'vitest'
import { recommendedOptions, ValkeyGlideStore } from '../src/index.ts'

const addresses = [{ host: '127.0.0.1' }]
// A real one starts a thread.
const client: GlideClient = Object.create(GlideClient.prototype)
const cluster: GlideClusterClient = Object.create(GlideClusterClient.prototype)

// These are what users write: that they compile is checked with `tsc`, that they construct is checked here.
test.each<[string, () => ValkeyGlideStore, string]>([
  ['a GlideClient', () => new ValkeyGlideStore(client), 'valkey-glide'],
  ['a GlideClusterClient', () => new ValkeyGlideStore(cluster), 'valkey-glide cluster'],
  ['a prefix and a label', () => new ValkeyGlideStore(client, { prefix: 'shop:', label: 'shop' }), 'shop'],
  ['hash tags', () => new ValkeyGlideStore(cluster, { hashTags: 16 }), 'valkey-glide cluster'],
])('a store over %s', (_, open, label) => {
  expect(open().capabilities).toMatchObject({ label, resends: false })
})

test('what is no client, and unknown options, do not compile', () => {
  // @ts-expect-error: without its commands
  expect(() => new ValkeyGlideStore({ addresses })).toThrow('invokeScript')
  // @ts-expect-error: misspelt
  expect(() => new ValkeyGlideStore(client, { prefixes: 'shop:' })).toThrow('prefixes')
  const options = { addresses, ...recommendedOptions, defaultDecoder: Decoder.Bytes }
  const create = () => [GlideClient.createClient(options), GlideClusterClient.createClient(options)]
  expect(create).toBeTypeOf('function')
})
