import { useEffect, useRef, useState } from 'preact/hooks'
import type { Standing, Subject } from '../../messages.ts'
import { post } from '../stream/post.ts'
import { isFinal, type Reason } from '../stream/reason.ts'

const EVERY_MS = 1000
/** After an answer that says no: the store or the server may be busy. */
const AFTER_REFUSAL_MS = 3000

/** How an identifier stood, and when that was. */
export interface SeenStanding {
  readonly standing: Standing
  /** Milliseconds by `performance.now()`. */
  readonly at: number
}

/** A look-up that goes on: asked again each second while the page is visible. */
export interface LiveStanding {
  readonly seen: SeenStanding | undefined
  /** Why the last question brought no answer. */
  readonly reason: Reason | undefined
  /** Shows what another request has brought. */
  readonly show: (standing: Standing) => void
  /** Asks at once. */
  readonly refresh: () => void
}

export function useStanding(subject: Subject): LiveStanding {
  const [seen, setSeen] = useState<SeenStanding>()
  const [reason, setReason] = useState<Reason>()
  const ask = useRef(() => {})
  const show = (standing: Standing): void => setSeen({ standing, at: performance.now() })

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Answers to older questions are left out. */
    let newest = 0
    ask.current = async () => {
      clearTimeout(timer)
      const own = ++newest
      const answer = await post('lookup', subject)
      if (own !== newest) return
      if ('reply' in answer) show(answer.reply)
      setReason('reason' in answer ? answer.reason : undefined)
      if ('reason' in answer && isFinal(answer.reason)) return
      timer = setTimeout(later, 'reply' in answer ? EVERY_MS : AFTER_REFUSAL_MS)
    }
    const later = (): void => {
      if (document.visibilityState === 'visible') ask.current()
    }
    document.addEventListener('visibilitychange', later)
    ask.current()
    return () => {
      newest = -1
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', later)
    }
  }, [subject])

  return { seen, reason, show, refresh: () => ask.current() }
}
