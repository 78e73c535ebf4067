/** As much of a Durable Object's stub as is called. */
export interface ObjectStub {
  fetch(url: string, init: { readonly method: string; readonly body: string }): Promise<{ json(): Promise<unknown> }>
}

/**
 * A binding to a Durable Object class, such as `env.LIMITS`: as much of Cloudflare's `DurableObjectNamespace` as is called, so
 * that no package with Cloudflare's types is needed.
 */
export interface ObjectNamespace {
  idFromName(name: string): object
  get(id: object): ObjectStub
}
