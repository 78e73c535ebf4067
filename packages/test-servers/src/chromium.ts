import { findOrInstall } from './redis/install-package.ts'
import { thisMachine } from './redis/machine.ts'

/** Flags for a Chromium without a screen in a container that asks nobody but the page's server. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Path of a Chromium or Chrome: the first one on PATH, else Chromium is installed.
 *
 * Rejects when none can be had, with a sentence that says how to get one.
 */
export async function ensureChromium(): Promise<string> {
  const machine = thisMachine()
  return (
    (await machine.find('chromium')) ??
    (await machine.find('google-chrome')) ??
    findOrInstall(machine, {
      program: 'chromium',
      apt: 'chromium',
      howToGetIt: 'install it (Debian: apt-get install chromium) or Google Chrome',
    })
  )
}
