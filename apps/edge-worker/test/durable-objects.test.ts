import { expect, it, onTestFinished } from 'vitest'
import { startWorker } from './start-worker.ts'

it('the Worker with Durable Objects admits exactly the limit of each client, and says what is left', async () => {
  const worker = await startWorker({ REQUESTS_PER_MINUTE: '20', DEADLINE_MS: '30000' }, 'durable-objects')
  onTestFinished(worker.stop)
  const get = (client: string): Promise<Response> => fetch(worker.url, { headers: { 'cf-connecting-ip': client } })

  const first = await get('203.0.113.7')
  expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"edge";r=19;t=60'])
  const clients = ['203.0.113.7', '2001:db8:1:2::7', '198.51.100.9']
  const answers = await Promise.all(Array.from({ length: 90 }, (_, i) => get(clients[i % 3] ?? '')))
  const statuses = clients.map((_, place) => answers.filter((__, i) => i % 3 === place).map(({ status }) => status))
  expect(statuses.map((own) => own.filter((status) => status === 200).length)).toEqual([19, 20, 20])
  expect(statuses.map((own) => own.filter((status) => status === 429).length)).toEqual([11, 10, 10])
  await Promise.all(answers.map((answer) => answer.body?.cancel()))
})
