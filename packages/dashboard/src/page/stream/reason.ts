import type { Refusal } from '../../messages.ts'

/** Why something did not work, in words for people. */
export interface Reason {
  /** 0 where no answer came. */
  readonly status: number
  readonly text: string
}

export const NO_ANSWER: Reason = { status: 0, text: 'The server does not answer.' }

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'You are not signed in. Sign in to the app, then try again.',
  403: 'You are not permitted to do this. Sign in with an account that is, then try again.',
  429: 'The dashboard is sending as much to the store as it may. Try again in a second.',
  503: 'Too many of these pages are open. Close one; this page tries again by itself.',
}

/** What an answer that is not 200 says: its own words, or words for its status. */
export async function reasonOf(response: Response): Promise<Reason> {
  const { status } = response
  const said = await response.json().catch(() => undefined)
  const text = BY_STATUS[status] ?? messageOf(said) ?? `The server answered with status ${status}.`
  return { status, text }
}

function messageOf(body: Partial<Refusal> | null | undefined): string | undefined {
  const message = body?.error?.message
  return typeof message === 'string' ? message : undefined
}
