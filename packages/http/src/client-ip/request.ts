/** Follows a path of properties; `undefined` where it ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (object, name) =>
      typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined,
    value,
  )
}

/** A header of a Web request, a Hono context, or a request of Node, Express or Fastify; repeated ones joinResults by commas. */
export function headerOf(request: unknown, name: string): string | undefined {
  const headers = at(request, 'req', 'raw', 'headers') ?? at(request, 'headers')
  const value = isWebHeaders(headers) ? headers.get(name) : at(headers, name)
  return typeof value === 'string' ? value : undefined
}

/** By its method, as runtimes and test tools bring their own classes. In Node's object a header is never a function. */
function isWebHeaders(headers: unknown): headers is Headers {
  return typeof at(headers, 'get') === 'function'
}
