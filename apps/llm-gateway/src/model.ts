import { setTimeout as sleep } from 'node:timers/promises'
import type { Chat } from './chat.ts'

/** Answers token by token. */
export type Model = (chat: Chat) => AsyncIterableIterator<string>

/** Stands in for a model: says the words of the prompt again and again, and stops before the maximum more often than not. */
export async function* standInModel({ prompt, maxTokens }: Chat): AsyncGenerator<string> {
  const words = prompt.split(/\s+/)
  const length = Math.ceil(maxTokens * Math.random())
  for (let i = 0; i < length; i++) {
    await sleep(2)
    yield `${words[i % words.length]} `
  }
}
