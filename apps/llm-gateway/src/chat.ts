/** A tenant's request. */
export interface Chat {
  readonly prompt: string
  /** The most that the answer may be long. */
  readonly maxTokens: number
}

const MOST_TOKENS = 4096

/** @returns undefined for a body that is no such request. */
export function parseChat(body: unknown): Chat | undefined {
  const { prompt, maxTokens = 256 } = Object(body)
  const isValid =
    typeof prompt === 'string' && Number.isInteger(maxTokens) && maxTokens >= 1 && maxTokens <= MOST_TOKENS
  return isValid ? { prompt, maxTokens } : undefined
}

/** About four characters are a token. A real gateway asks the model's tokenizer. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}

/** The most that a request can cost: what is reserved for it. */
export function mostTokensOf({ prompt, maxTokens }: Chat): number {
  return tokensOf(prompt) + maxTokens
}
