import { ACTION_HEADER, type Actions } from '../../messages.ts'
import { NO_ANSWER, type Reason, reasonOf } from './reason.ts'

/** The answer to a request, or why there is none. */
export type Answer<Reply> = { readonly reply: Reply } | { readonly reason: Reason }

/** Asks the server for something about an identifier, which is in the body only. Never rejects. */
export async function post<Name extends keyof Actions>(
  action: Name,
  body: Actions[Name]['body'],
): Promise<Answer<Actions[Name]['reply']>> {
  const headers = { 'content-type': 'application/json', [ACTION_HEADER]: '1' }
  const request: RequestInit = { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' }
  try {
    const response = await fetch(action, request)
    return response.ok ? { reply: await response.json() } : { reason: await reasonOf(response) }
  } catch {
    return { reason: NO_ANSWER }
  }
}
