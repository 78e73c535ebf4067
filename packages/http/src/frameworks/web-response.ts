import { wrongOption } from '@rl/core/check'
import { PROBLEM_TYPE, type Problem } from '../asking/problem.ts'

/**
 * The default answer to a denied request, as a Web `Response`.
 *
 * @example if (verdict?.problem) console.log(problemResponse(verdict.problem).status) // prints 429
 */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_TYPE },
  })
}

/**
 * The result of `denied`.
 *
 * @throws {OptionError} for what is no Response: it would become an answer with status 200.
 */
export function checkAnswer(answer: unknown): Response {
  const { status, headers } = Object(answer) as Partial<Response>
  if (typeof status === 'number' && typeof headers?.set === 'function') return answer as Response
  throw wrongOption('denied', 'a function that gives a Response', answer)
}

/**
 * The response with what `write` puts into its headers: a copy, where its own can't be changed, as those of a fetched one, or
 * where it may be a constant. One without a body can answer any number of requests, and none may see the fields of another.
 *
 * @throws what `write` throws, but for a `TypeError` about headers that can't be changed.
 * @example
 * const response = withHeaders(new Response('hello'), (headers) => headers.set('X-Left', '9'))
 * console.log(response.headers.get('X-Left')) // prints 9
 */
export function withHeaders(response: Response, write: (headers: Headers) => void): Response {
  if (response.body !== null || response.status === SWITCHING_PROTOCOLS) {
    try {
      write(response.headers)
      return response
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  }
  const copy = new Response(response.body, response)
  write(copy.headers)
  return copy
}

/** Only Workers can make such a response, and each belongs to one WebSocket. */
export const SWITCHING_PROTOCOLS = 101
