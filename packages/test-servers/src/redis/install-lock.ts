import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 200
/** An installation takes seconds; a lock this old belongs to nobody. */
const STALE_AFTER_MS = 15 * 60_000
/** Time between making the directory and writing its owner into it. */
const OWNERLESS_GRACE_MS = 5_000

/**
 * Runs `work` while this process alone holds the lock directory `path`. Waits for another holder to finish, and
 * takes over the lock of one that died. Rejects with whatever `work` rejects with.
 *
 * @example await withLock('/tmp/my.lock', async () => install())
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await tryLock(path))) {
    if (await isStale(path)) await breakLock(path)
    else await sleep(POLL_MS)
  }
  try {
    return await work()
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await mkdir(path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
  await writeFile(join(path, 'pid'), String(process.pid))
  return true
}

async function isStale(path: string): Promise<boolean> {
  // In this order: where the owner has just taken its name out, or left and another one came, the directory is young.
  const owner = await readFile(join(path, 'pid'), 'utf8').catch(() => '')
  const info = await stat(path).catch(() => undefined)
  if (info === undefined) return false
  const ageMs = Date.now() - info.mtimeMs
  if (ageMs > STALE_AFTER_MS) return true
  if (owner === '') return ageMs > OWNERLESS_GRACE_MS
  return !isAlive(Number(owner))
}

async function breakLock(path: string): Promise<void> {
  // A rename has one winner; two waiters that remove in place could remove each other's new lock.
  const grave = `${path}.stale-${process.pid}-${Date.now()}`
  await rename(path, grave).catch(() => undefined)
  await rm(grave, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
