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
  let hasLeft = false
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await tokens.next()
        if (hasLeft) return
        if (!done) {
          sent++
          return controller.enqueue(encoder.encode(value))
        }
      } catch (error) {
        await settle(sent)
        return controller.error(error)
      }
      await settle(sent)
      controller.close()
    },
    async cancel() {
      hasLeft = true
      await settle(sent)
      await tokens.return?.()
    },
  })
}
