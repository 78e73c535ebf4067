import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nextMessage } from '@rl/measure'

/** Answers what its parent asks. */
export type Answerer = (question: unknown) => Promise<unknown>

type Reply = { readonly answer: unknown } | { readonly error: string }

/** A process of this application that does one thing, and says what came of it. */
export class Child {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Starts `children/<name>.js` with settings it can read by {@link serve}. */
  static async start(name: string, settings: unknown, execArgv: readonly string[] = []): Promise<Child> {
    const path = fileURLToPath(new URL(`./${name}.js`, import.meta.url))
    const child = new Child(
      fork(path, [JSON.stringify(settings)], { execArgv: [...execArgv], serialization: 'advanced' }),
    )
    await child.#next()
    return child
  }

  async ask(question: unknown): Promise<unknown> {
    this.#process.send(question as object)
    return this.#next()
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill()
    await gone
  }

  async #next(): Promise<unknown> {
    const reply = (await nextMessage(this.#process)) as Reply
    if ('error' in reply) throw new Error(reply.error)
    return reply.answer
  }
}

/** In the child: prepares an answerer from the parent's settings, and answers until the parent is gone. */
export async function serve<Settings>(prepare: (settings: Settings) => Promise<Answerer>): Promise<void> {
  const reply = (reply: Reply): void => void process.send?.(reply)
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      reply({ error: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }
  process.on('disconnect', () => process.exit())
  const answerer = await attempt(() => prepare(JSON.parse(process.argv[2] ?? 'null') as Settings))
  if (answerer === undefined) return
  process.on('message', (question) => attempt(async () => reply({ answer: await answerer(question) })))
  reply({ answer: undefined })
}
