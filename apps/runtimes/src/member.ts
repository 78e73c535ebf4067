import { type ChildProcess, fork } from 'node:child_process'

/** Answers of one window. */
interface Answers {
  readonly admitted: number
  readonly denied: number
}

type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'calls'; readonly calls: number }
  | { readonly type: 'receipt'; readonly receipt: string }
  | { readonly type: 'settled'; readonly repeated: boolean }
  | { readonly type: 'ended'; readonly answers: Readonly<Record<string, Answers>>; readonly remaining: number }

/** The last message of a member. */
export type Ended = Extract<Message, { type: 'ended' }>

/** A running `upgrade/member.mjs`. */
export class Member {
  readonly version: string
  readonly #child: ChildProcess
  readonly #listeners: Set<(message: Message) => void> = new Set()
  readonly #broken: Promise<never>

  constructor(version: string, program: string, callers: number, redisUrl: string) {
    this.version = version
    const env = { ...process.env, REDIS_URL: redisUrl }
    this.#child = fork(program, [`${callers}`], { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let stderr = ''
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    this.#child.on('message', (message: Message) => {
      for (const listener of this.#listeners) listener(message)
    })
    this.#broken = new Promise((_, reject) => {
      this.#child.once('close', (code) =>
        reject(new Error(`a member with the ${version} version exited with ${code}: ${stderr}`)),
      )
    })
    this.#broken.catch(() => {})
  }

  on(listener: (message: Message) => void): void {
    this.#listeners.add(listener)
  }

  /** Resolves with the first message that fits; rejects when the process ends before. */
  async said<Type extends Message['type']>(
    type: Type,
    fits: (message: Extract<Message, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<Message, { type: Type }>> {
    const heard = new Promise<Extract<Message, { type: Type }>>((resolve) => {
      this.on((message) => {
        if (message.type === type && fits(message as Extract<Message, { type: Type }>)) {
          resolve(message as Extract<Message, { type: Type }>)
        }
      })
    })
    return Promise.race([heard, this.#broken])
  }

  /** Resolves once its callers have made this many more rounds of calls. */
  async asksMore(times: number): Promise<void> {
    const { calls } = await this.said('calls')
    await this.said('calls', (message) => message.calls >= calls + times)
  }

  send(message: string): void {
    this.#child.send(message)
  }

  async stop(): Promise<Ended> {
    this.send('stop')
    return this.said('ended')
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
