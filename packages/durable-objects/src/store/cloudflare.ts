/** The slice of a Durable Object's stub that is called. */
export interface ObjectStub {
  fetch(url: string, init: { readonly method: string; readonly body: string }): Promise<{ json(): Promise<unknown> }>
}

/**
 * A binding to a Durable Object class, such as `env.LIMITS`: the slice of Cloudflare's `DurableObjectNamespace` that is called, so
 * that no package with Cloudflare's types is needed.
 */
export interface ObjectNamespace {
  idFromName(name: string): object
  get(id: object): ObjectStub
}
