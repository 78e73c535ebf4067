import type { Refusal } from '../../messages.ts'

/** Why something did not work, in words for people. */
export interface Reason {
  /** 0 where no answer came. */
  readonly status: number
  readonly text: string
}

export const NO_ANSWER: Reason = { status: 0, text: 'The server does not answer.' }

const NOT_PERMITTED = 'You are not permitted to do this. Sign in with an account that is, then try again.'

/** For answers that something before the dashboard gives. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'You are not signed in. Sign in to the app, then try again.',
  403: NOT_PERMITTED,
  429: 'The server takes no more requests at the moment.',
  503: 'The server is not available at the moment.',
}

/** Whether asking again would bring the same, until somebody changes something. */
export function isFinal({ status }: Reason): boolean {
  return [400, 401, 403, 404].includes(status)
}

/** The words of an answer that is not 200, or else the meaning of its status. */
export async function reasonOf(response: Response): Promise<Reason> {
  const { status } = response
  const body: unknown = await response.json().catch(() => undefined)
  const { code, message } = (body as Partial<Refusal> | null | undefined)?.error ?? {}
  if (code === 'not-permitted') return { status, text: NOT_PERMITTED }
  const text = typeof message === 'string' ? message : undefined
  return { status, text: text ?? BY_STATUS[status] ?? `The server answered with status ${status}.` }
}
