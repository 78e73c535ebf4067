/**
 * A function that runs another one soon, in the async context in which `keepContext` was called: a promise's continuation runs
 * in the context in which it was registered. It works once.
 */
export function keepContext(): (run: () => void) => void {
  let resume: (run: () => void) => void = () => {}
  new Promise<() => void>((resolve) => {
    resume = resolve
  }).then((run) => run())
  return resume
}
