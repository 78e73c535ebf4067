const shown = new Set<string>()

/** Shows a warning once per process. */
export function warnOnce(text: string): void {
  if (shown.has(text)) return
  shown.add(text)
  // Edge runtimes have a console too, but no types that all of them share.
  const { console } = globalThis as { readonly console?: { warn(text: string): void } }
  console?.warn(`@rl: ${text} (Shown once per process.)`)
}
