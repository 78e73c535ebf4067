/// <reference path="./worker/workerd.d.ts" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningWorkerd, startWorkerd } from '@rl/test-servers'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import workerd from 'workerd'
import { ACTION_HEADER, type Snapshot } from '../../src/messages.ts'

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
);
`

let folder: string
let running: RunningWorkerd | undefined
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashboard-worker-'))
  await build({
    entryPoints: [new URL('worker/worker.ts', import.meta.url).pathname],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['@rl/source', 'workerd', 'worker', 'browser'],
  })
  await writeFile(join(folder, 'config.capnp'), CONFIG)
  running = await startWorkerd(workerd, join(folder, 'config.capnp'))
  url = running.url
})

afterAll(async () => {
  await running?.kill()
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string) => fetch(`${url}/limits/${path}`)

async function post(path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', [ACTION_HEADER]: '1', origin: url }
  return (await fetch(`${url}/limits/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

test('in workerd, the page is served, and its streams end with nothing of a process', async () => {
  expect(await get('').then((answer) => answer.text())).toContain('<!doctype html>')
  expect((await get('page.js').then((answer) => answer.text())).length).toBeGreaterThan(10_000)
  for (let nth = 0; nth < 25; nth++) {
    const events = (await get('stream').then((answer) => answer.text())).matchAll(/^data: (.*)$/gm)
    const [limiter, snapshot] = Array.from(events, ([, data = '']): unknown => JSON.parse(data))
    expect(limiter).toMatchObject({ name: 'api' })
    expect((snapshot as Snapshot).process).toBeUndefined()
  }
})

test('in workerd, identifiers are looked up, reset, tried and given back to', async () => {
  const bob = { limiter: 'api', id: 'bob' }
  for (let call = 0; call < 7; call++) await fetch(`${url}/bob`)
  expect(await post('lookup', bob)).toMatchObject({ allowed: false, windows: [{ used: 5 }] })
  expect(await post('reset', bob)).toEqual({})
  expect(await post('trial', bob)).toMatchObject({ allowed: true, windows: [{ used: 1 }] })
  expect(await post('refund', { ...bob, units: 9 })).toEqual({ windows: [{ givenBack: 1 }] })
})
