import { useEffect, useRef } from 'preact/hooks'
import type { Run } from '../run/run.ts'

const STILL_MS = 500
/** A page that was hidden does not catch up. */
const LONGEST_STEP_MS = 100

export function prefersNoMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** Lets a run's clock go, `speed` times as fast as time passes. Where motion is unwelcome, in steps of half a second. */
export function useClock(
  run: Run | undefined,
  speed: number,
  isRunning: boolean,
  onStep: (error?: Error) => void,
): void {
  const notify = useRef(onStep)
  notify.current = onStep
  useEffect(() => {
    if (run === undefined || !isRunning) return
    let isStopped = false
    let timer = 0
    let frame = 0
    let last = performance.now()
    const next = (): void => {
      if (isStopped) return
      if (prefersNoMotion()) timer = window.setTimeout(step, STILL_MS)
      else frame = requestAnimationFrame(step)
    }
    const step = async (): Promise<void> => {
      const now = performance.now()
      const passed = Math.min(now - last, prefersNoMotion() ? 2 * STILL_MS : LONGEST_STEP_MS)
      last = now
      try {
        await run.advance(run.now + Math.round(passed * speed))
        if (!isStopped) notify.current()
      } catch (error) {
        isStopped = true
        notify.current(error as Error)
      }
      next()
    }
    next()
    return () => {
      isStopped = true
      clearTimeout(timer)
      cancelAnimationFrame(frame)
    }
  }, [run, speed, isRunning])
}
