import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer } from '../stream/post.ts'
import { isFinal, type Reason } from '../stream/reason.ts'

/** After an answer that says no: the store or the server may be busy. */
const AFTER_REFUSAL_MS = 3000

/** The latest answer, and its time. */
interface Seen<Reply> {
  readonly reply: Reply
  /** Milliseconds by `performance.now()`. */
  readonly at: number
}

export interface Polling<Reply> {
  readonly seen: Seen<Reply> | undefined
  /** Why the last question brought no answer. */
  readonly reason: Reason | undefined
  /** Shows what another request has brought. */
  readonly show: (reply: Reply) => void
  /** Asks at once. */
  readonly refresh: () => void
}

/**
 * Asks again and again while the page is visible, until the answer is a no that stays.
 *
 * @param subject What is asked about: begins anew when it changes.
 */
export function usePolling<Reply>(
  ask: () => Promise<Answer<Reply>>,
  everyMs: number,
  subject: unknown,
): Polling<Reply> {
  const [seen, setSeen] = useState<Seen<Reply>>()
  const [reason, setReason] = useState<Reason>()
  const refresh = useRef(() => {})
  const show = (reply: Reply): void => setSeen({ reply, at: performance.now() })

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Answers to older questions are left out. */
    let newest = 0
    refresh.current = async () => {
      clearTimeout(timer)
      const own = ++newest
      const answer = await ask()
      if (own !== newest) return
      const refusal = 'reason' in answer ? answer.reason : undefined
      if ('reply' in answer) show(answer.reply)
      setReason(refusal)
      if (refusal !== undefined && isFinal(refusal)) return
      timer = setTimeout(askIfVisible, refusal === undefined ? everyMs : Math.max(everyMs, AFTER_REFUSAL_MS))
    }
    const askIfVisible = (): void => {
      if (document.visibilityState === 'visible') refresh.current()
    }
    document.addEventListener('visibilitychange', askIfVisible)
    refresh.current()
    return () => {
      newest = -1
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', askIfVisible)
    }
  }, [subject])

  return { seen, reason, show, refresh: () => refresh.current() }
}
