import type { HeaderFields } from './headers/fields.ts'

/** What is called of a Node `ServerResponse`. */
export interface NodeResponse {
  readonly headersSent: boolean
  statusCode: number
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
  once(event: 'finish', listener: () => void): unknown
}

/** A Node response's header fields. */
export function fieldsOf(response: NodeResponse): HeaderFields {
  return {
    get: (name) => response.getHeader(name)?.toString(),
    set: (name, value) => response.setHeader(name, value),
  }
}
