import type { BuildQuestion, BuildSettings, CaseName } from '../children/build.ts'
import { Child } from '../children/child.ts'
import type { Plan } from '../plan.ts'
import type { Sample } from '../scenario.ts'
import type { Checkout } from './checkout.ts'

/** One of the builds that are compared, in a process that rests while the other has its turn. */
export interface Side {
  readonly label: string
  cases(): Promise<readonly CaseName[]>
  /** Begins a case, and answers with the names of our own subjects in it. */
  open(one: CaseName): Promise<readonly string[]>
  warmUp(subject: string): Promise<void>
  round(subject: string): Promise<Sample>
  /** Ends the case. */
  close(): Promise<void>
  stop(): Promise<void>
}

export async function startSide({ label, app }: Checkout, plan: Plan): Promise<Side> {
  const settings: BuildSettings = { app, plan }
  const child = await Child.start('build', settings)
  const ask = (question: BuildQuestion): Promise<unknown> => child.ask(question)
  return {
    label,
    cases: async () => (await ask({ kind: 'cases' })) as readonly CaseName[],
    open: async (one) => (await ask({ kind: 'open', ...one })) as readonly string[],
    warmUp: async (subject) => void (await ask({ kind: 'warm up', subject })),
    round: async (subject) => (await ask({ kind: 'round', subject })) as Sample,
    close: async () => void (await ask({ kind: 'close' })),
    stop: async () => {
      await ask({ kind: 'stop' })
      await child.stop()
    },
  }
}
