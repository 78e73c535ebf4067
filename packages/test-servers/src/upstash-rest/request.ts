import { RestError } from './rest-error.ts'

/** One Redis command: its name and its arguments. */
export type Command = readonly [name: Buffer, ...args: Buffer[]]

/** The content of one HTTP request. */
export interface RestRequest {
  kind: 'command' | 'pipeline' | 'multi-exec'
  /** Exactly one when `kind` is `command`. */
  commands: readonly Command[]
}

/** The parts of an HTTP request that say what it asks for. */
export interface HttpRequest {
  /** The request target, such as `/set/foo?EX=100`, still percent-encoded. */
  target: string
  body: Buffer
}

/**
 * Reads the commands out of an HTTP request: from the path (`/set/foo/bar`), with the body as one more argument behind
 * it and the query behind that; from the body, when the path is empty; or from the body of `/pipeline` and
 * `/multi-exec`.
 *
 * @throws RestError 400 when there is no command in it
 */
export function readRequest({ target, body }: HttpRequest): RestRequest {
  const [path = '', query = ''] = cutAt(target, '?')
  const segments = path.replace(/^\//, '').split('/').map(percentDecode)
  switch (path) {
    case '':
    case '/':
      return { kind: 'command', commands: [commandFromJson(parseJson(body))] }
    case '/pipeline':
      return { kind: 'pipeline', commands: commandsFromJson(body) }
    case '/multi-exec':
      return { kind: 'multi-exec', commands: commandsFromJson(body) }
  }
  const value = body.length === 0 ? [] : [body]
  return { kind: 'command', commands: [toCommand([...segments, ...value, ...queryArguments(query)])] }
}

/** A command's name or one of its options, in upper case. */
export function upper(word: Buffer): string {
  return word.toString('latin1').toUpperCase()
}

/** The token in the query, `_token=…`, if there is one. */
export function tokenInQuery(target: string): string | undefined {
  const [, query = ''] = cutAt(target, '?')
  return new URLSearchParams(query).get('_token') ?? undefined
}

function queryArguments(query: string): Buffer[] {
  const parameters = query.split('&').filter((parameter) => parameter !== '' && !parameter.startsWith('_token='))
  return parameters.flatMap((parameter) =>
    cutAt(parameter, '=')
      .filter((part) => part !== '')
      .map((part) => percentDecode(part.replaceAll('+', ' '))),
  )
}

function cutAt(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Percent-decodes to bytes: an argument need not be UTF-8, which decodeURIComponent insists on. */
function percentDecode(text: string): Buffer {
  const latin1 = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(latin1, 'latin1')
}

function commandsFromJson(body: Buffer): Command[] {
  const commands = parseJson(body)
  if (!Array.isArray(commands) || commands.length === 0) {
    throw new RestError(400, 'ERR the body must be a JSON array of commands: [["SET", "key", "value"], ["GET", "key"]]')
  }
  return commands.map(commandFromJson)
}

function commandFromJson(value: unknown): Command {
  if (!Array.isArray(value)) {
    throw new RestError(400, 'ERR a command must be a JSON array: ["SET", "key", "value"]')
  }
  return toCommand(value.map(argumentFromJson))
}

function argumentFromJson(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'number' || typeof value === 'boolean') return Buffer.from(String(value))
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  throw new RestError(400, `ERR a command's arguments must be strings, numbers or booleans, not ${type}`)
}

function toCommand([name, ...args]: readonly Buffer[]): Command {
  if (name === undefined || name.length === 0) throw new RestError(400, 'ERR empty command')
  return [name, ...args]
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new RestError(400, 'ERR empty command')
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new RestError(400, 'ERR the body is not valid JSON')
  }
}
