import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Sits on a pipe from this process. When the pipe closes, which it does however this process ends, it kills every child
 * that is still listed and removes the directory they kept their files in.
 */
const WATCHDOG_SCRIPT = `
pids=
while read -r action pid; do
  case $action in
    add) pids="$pids $pid" ;;
    remove)
      rest=
      for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done
      pids=$rest ;;
  esac
done
[ -z "$pids" ] || kill -9 $pids
rm -rf "$1"
`

interface Reaper {
  pids: Set<number>
  directory: string
  watchdog: ChildProcess
}

let reaper: Reaper | undefined

/** A new, empty directory that goes away with this process at the latest. */
export function childDirectory(): Promise<string> {
  return mkdtemp(join(theReaper().directory, 'server-'))
}

/** From here on the child with this process id dies with this process, even if this process crashes. */
export function adopt(pid: number): void {
  theReaper().pids.add(pid)
  theReaper().watchdog.stdin?.write(`add ${pid}\n`)
}

/** The child is gone; its process id may belong to somebody else soon. */
export function disown(pid: number): void {
  theReaper().pids.delete(pid)
  theReaper().watchdog.stdin?.write(`remove ${pid}\n`)
}

function theReaper(): Reaper {
  reaper ??= startReaper()
  return reaper
}

function startReaper(): Reaper {
  const directory = mkdtempSync(join(tmpdir(), 'rl-test-servers-'))
  // Detached, so that a Ctrl-C meant for the tests does not end the watchdog before them.
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG_SCRIPT, 'watchdog', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.unref()
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref()
  const started: Reaper = { pids: new Set(), directory, watchdog }
  process.once('exit', () => killAll(started))
  return started
}

function killAll({ pids, directory }: Reaper): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It was gone already.
    }
  }
  rmSync(directory, { recursive: true, force: true })
}
