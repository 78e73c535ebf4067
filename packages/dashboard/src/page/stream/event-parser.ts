/** A server-sent event. */
export interface StreamEvent {
  readonly name: string
  readonly data: string
}

/** Makes events of a stream's text, which comes in chunks cut anywhere. Ids and comments are left out. */
export class EventParser {
  #rest = ''

  /** @returns the events that end in this chunk. */
  push(chunk: string): readonly StreamEvent[] {
    const blocks = (this.#rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter(({ data }) => data !== '')
  }
}

function eventOf(block: string): StreamEvent {
  const lines = block.split('\n')
  const valuesOf = (field: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''))
  return { name: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') }
}
