import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { Run } from '../run/run.ts'
import { fromHash, toHash } from '../setup/link.ts'
import { PRESETS } from '../setup/presets.ts'
import { milliseconds, type Setup } from '../setup/setup.ts'
import { prefersNoMotion, useClock } from './use-clock.ts'

/** The most calls by which a link can set the clock ahead. */
const MOST_CALLS_AHEAD = 20_000

/** State and actions of the page. */
export interface Playground {
  readonly setup: Setup
  readonly run: Run | undefined
  readonly error: string | undefined
  readonly isRunning: boolean
  setSetup(setup: Setup): void
  setRunning(isRunning: boolean): void
  restart(): void
  /** Does something to the run, such as a call by hand, and shows what came of it. */
  act<T>(change: (run: Run) => Promise<T>): Promise<T | undefined>
}

export function usePlayground(): Playground {
  const [setup, setSetup] = useState<Setup>(readAddress)
  const [run, setRun] = useState<Run>()
  const [error, setError] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const [restarts, setRestarts] = useState(0)
  const [, setSteps] = useState(0)
  const written = useRef(location.hash)

  const step = useCallback((failure?: Error) => {
    if (failure !== undefined) {
      setError(failure.message)
      setRunning(false)
    }
    setSteps((steps) => steps + 1)
  }, [])

  // The speed changes nothing that has happened.
  const wanted = toHash({ ...setup, speed: 1 })
  useEffect(() => {
    let isCurrent = true
    const begin = async (): Promise<void> => {
      const next = new Run(setup)
      const ahead = milliseconds(setup.until)
      if (ahead !== undefined) await next.advance(next.start + ahead, MOST_CALLS_AHEAD)
      if (!isCurrent) return
      setError(undefined)
      setRun(next)
      setRunning(ahead === undefined && !prefersNoMotion())
    }
    begin().catch((failure: Error) => {
      if (!isCurrent) return
      setRunning(false)
      setError(failure.message)
    })
    return () => {
      isCurrent = false
    }
  }, [wanted, restarts])

  useEffect(() => {
    const follow = (): void => {
      if (location.hash === written.current) return
      written.current = location.hash
      setSetup(readAddress())
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])

  useClock(run, setup.speed, isRunning, step)

  return {
    ...{ setup, run, error, isRunning, setRunning },
    setSetup: (changed) => {
      written.current = `#${toHash(changed)}`
      history.replaceState(history.state, '', written.current)
      setSetup(changed)
    },
    restart: () => setRestarts((count) => count + 1),
    act: async (change) => {
      if (run === undefined) return undefined
      try {
        const result = await change(run)
        setError(undefined)
        step()
        return result
      } catch (failure) {
        step(failure as Error)
        return undefined
      }
    },
  }
}

function readAddress(): Setup {
  return fromHash(location.hash) ?? (PRESETS[0] as { readonly setup: Setup }).setup
}
