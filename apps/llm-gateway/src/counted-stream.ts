/**
 * A body that streams tokens and says how many were sent, once: at its end, when the client leaves, or when the model fails.
 *
 * @param settle Called before the body ends, so that a client that asks again at once finds the rest of its units.
 */
export function countedStream(
  tokens: AsyncIterator<string>,
  settle: (sent: number) => Promise<void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let sent = 0
  let isSettled = false
  /** @returns whether it was not over before. */
  const end = async (): Promise<boolean> => {
    if (isSettled) return false
    isSettled = true
    await settle(sent)
    return true
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await tokens.next()
        if (!done && !isSettled) {
          sent++
          controller.enqueue(encoder.encode(value))
        } else if (await end()) {
          controller.close()
        }
      } catch (error) {
        if (await end()) controller.error(error)
      }
    },
    async cancel() {
      await end()
      await tokens.return?.()
    },
  })
}
