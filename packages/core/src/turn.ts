type Schedule = (callback: () => void) => unknown

/** Runs the callback once the present turn of the event loop is over. `setImmediate` is the quicker way where it exists. */
export const afterTurn: Schedule =
  (globalThis as { setImmediate?: Schedule }).setImmediate ?? ((callback) => setTimeout(callback, 0))
