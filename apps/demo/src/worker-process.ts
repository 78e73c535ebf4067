import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShownDecision } from './answer.ts'
import { ReportableError } from './reportable-error.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** Time for a worker to end once its channel is closed. */
const END_MS = 1000

type MessageOf<Type extends FromWorker['type']> = Extract<FromWorker, { type: Type }>

/** A child process that runs `worker.ts`, seen from its parent. */
export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #failure: Promise<never>
  /** Calls that are not answered yet. */
  readonly #calls: Map<number, (decision: ShownDecision) => void> = new Map()
  #lastCall = 0

  constructor() {
    this.#child = fork(new URL('./worker.js', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#failure = new Promise((_, reject) => {
      this.onMessage('failed', ({ message }) => reject(new ReportableError(message)))
      this.#child.once('error', (error) => reject(new ReportableError(`A process could not be run: ${error.message}`)))
      this.#child.once('exit', (code, signal) => {
        reject(new ReportableError(`Process ${this.pid} ended before its time (${signal ?? `exit code ${code}`}).`))
      })
    })
    this.onMessage('called', ({ id, decision }) => {
      this.#calls.get(id)?.(decision)
      this.#calls.delete(id)
    })
    // A wait for a message rejects. Without one, the end was expected.
    this.#failure.catch(() => {})
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  tell(message: ToWorker): void {
    // A worker that is gone has said or shown why already.
    this.#child.send(message, () => {})
  }

  /** Rejects when the worker fails or ends first. */
  async call(): Promise<ShownDecision> {
    const id = ++this.#lastCall
    const decided = new Promise<ShownDecision>((resolve) => this.#calls.set(id, resolve))
    this.tell({ type: 'call', id })
    return Promise.race([decided, this.#failure])
  }

  onMessage<Type extends FromWorker['type']>(type: Type, listener: (message: MessageOf<Type>) => void): void {
    this.#child.on('message', (message) => {
      const received = message as FromWorker
      if (received.type === type) listener(received as MessageOf<Type>)
    })
  }

  /** Rejects when the worker fails or ends first. */
  async said(type: FromWorker['type']): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.onMessage(type, () => resolve())), this.#failure])
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    if (child.connected) child.disconnect()
    const late = new AbortController()
    const kill = sleep(END_MS, undefined, { signal: late.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    )
    await ended
    late.abort()
    await kill
  }
}
