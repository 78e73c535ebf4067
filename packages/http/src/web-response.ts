import { PROBLEM_TYPE, type Problem } from './problem.ts'

/** The default answer to a denied request, as a Web `Response`. */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'Content-Type': PROBLEM_TYPE },
  })
}

/** The response with what `write` puts into its headers: a copy, where its own can't be changed, as those of a fetched one. */
export function withHeaders(response: Response, write: (headers: Headers) => void): Response {
  try {
    write(response.headers)
    return response
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const copy = new Response(response.body, response)
    write(copy.headers)
    return copy
  }
}
