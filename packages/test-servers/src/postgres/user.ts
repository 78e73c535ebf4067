import { chmod, chown, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { childDirectory } from '../redis/child-reaper.ts'

/** The user that a server runs as: root may not run PostgreSQL. Empty where this process is not root. */
export interface ServerUser {
  readonly uid?: number
  readonly gid?: number
}

/** The user `postgres` of the package, or `nobody`, where this process is root. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {}
  const users = await readFile('/etc/passwd', 'utf8')
  const [, uid, gid] = entryOf('postgres', users) ?? entryOf('nobody', users) ?? []
  if (uid === undefined) throw new Error('there is no user postgres or nobody to run a server as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A new directory of that user, which goes away with this process at the latest. */
export async function directoryOf({ uid, gid }: ServerUser): Promise<string> {
  const directory = await childDirectory()
  if (uid === undefined || gid === undefined) return directory
  // The directories of all servers lie in one that only this process's user can enter.
  await chmod(dirname(directory), 0o711)
  await chown(directory, uid, gid)
  return directory
}

function entryOf(name: string, users: string): RegExpExecArray | null {
  return new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users)
}
