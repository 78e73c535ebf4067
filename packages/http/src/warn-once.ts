const shown = new Set<string>()

/** Shows a warning once per process. */
export function warnOnce(text: string): void {
  if (shown.has(text)) return
  shown.add(text)
  globalThis.console?.warn(`@rl: ${text} (Shown once per process.)`)
}
