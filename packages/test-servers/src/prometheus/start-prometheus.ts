import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adopt, childDirectory, disown } from '../redis/child-reaper.ts'
import { freePort } from '../redis/free-port.ts'
import { poll } from '../redis/poll.ts'
import { ensurePrometheus } from './ensure-prometheus.ts'

/** Options of {@link startPrometheus}. */
export interface PrometheusOptions {
  /** Targets: URLs, such as `http://127.0.0.1:9464/metrics`, by the name of their job. */
  readonly jobs: Readonly<Record<string, string>>
  readonly scrapeIntervalMs: number
}

/** A series of a query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A running Prometheus on 127.0.0.1. It dies with this process. */
export interface Prometheus {
  readonly url: string
  /**
   * The answer to a query, as an instant vector. Rejects with what Prometheus says of a query that is wrong.
   *
   * @param at For which moment, in milliseconds since the epoch. Default: now.
   */
  query(query: string, at?: number): Promise<readonly Sample[]>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a real Prometheus on a free port, with its data in a temporary folder. Where none is installed, it is installed. */
export async function startPrometheus({ jobs, scrapeIntervalMs }: PrometheusOptions): Promise<Prometheus> {
  const { prometheus } = await ensurePrometheus()
  const directory = await childDirectory()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const configuration = join(directory, 'prometheus.json') // JSON is YAML
  const scrape = Object.entries(jobs).map(([name, target]) => {
    const { host, pathname } = new URL(target)
    return { job_name: name, metrics_path: pathname, static_configs: [{ targets: [host] }] }
  })
  const every = `${scrapeIntervalMs}ms`
  const global = { scrape_interval: every, scrape_timeout: every }
  await writeFile(configuration, JSON.stringify({ global, scrape_configs: scrape }))
  const log = join(directory, 'prometheus.log')
  const output = await open(log, 'a')
  const args = [`--config.file=${configuration}`, `--storage.tsdb.path=${join(directory, 'data')}`]
  const child = spawn(prometheus, [...args, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', output.fd, output.fd],
  })
  // A test that forgets to stop a server must not keep the test run from ending.
  child.unref()
  await output.close()
  const { pid } = child
  if (pid === undefined) throw new Error(`${prometheus} could not be run`)
  adopt(pid)
  const gone = once(child, 'exit').then(() => disown(pid))
  const stop = async (): Promise<void> => {
    child.ref()
    child.kill('SIGKILL')
    await gone
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await poll(`prometheus on port ${port}`, async () => {
      if (child.exitCode !== null) throw new Error(`prometheus did not start:\n${await readFile(log, 'utf8')}`)
      return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok || undefined
    })
  } catch (cause) {
    await stop()
    throw cause
  }
  return { url, query: (query, at) => ask(url, query, at), stop, [Symbol.asyncDispose]: stop }
}

interface Answer {
  readonly error?: string
  readonly data: {
    readonly result: readonly {
      readonly metric: Sample['labels']
      readonly value: readonly [at: number, text: string]
    }[]
  }
}

async function ask(url: string, query: string, at = Date.now()): Promise<readonly Sample[]> {
  const body = new URLSearchParams({ query, time: String(at / 1000) })
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  const { error, data } = (await response.json()) as Answer
  if (error !== undefined) throw new Error(`${error}: ${query}`)
  return data.result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }))
}
