import type { DashboardAction, Settings } from './options.ts'
import { Refused } from './refused.ts'

/** The user of an action, if `authorize` names users. */
export interface Permitted {
  readonly user: string | undefined
}

/** @throws {Refused} unless `authorize` says yes explicitly. */
export async function permit<Native>(
  { authorize }: Settings<Native>,
  request: Native,
  action: DashboardAction,
): Promise<Permitted> {
  const verdict = await askFor(() => authorize(request, action))
  if (verdict === true) return { user: undefined }
  const { user } = Object(verdict) as { readonly user?: unknown }
  if (typeof user === 'string' && user !== '') return { user }
  throw new Refused('not-permitted', `The application's authorize() does not permit the action '${action}'.`)
}

async function askFor(ask: () => unknown): Promise<unknown> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}
