import { type ParseArgsConfig, parseArgs } from 'node:util'
import { OptionError } from '@rl/core'
import { checkInteger } from '@rl/core/check'
import { checkPrefix, DEFAULT_PREFIX } from '@rl/redis-script'
import { usageFailure } from '../failure.ts'
import type { CommandName } from './help.ts'

/** Whose counters: by the limiter's name and the identifier, or by their key. */
export type Subject = { readonly name: string; readonly id: string } | { readonly key: string }

interface Common {
  readonly prefix: string
  readonly hashTags: number | undefined
  readonly cluster: boolean
  readonly json: boolean
  readonly timeoutMs: number
}

export type PeekOptions = Common & { readonly command: 'peek'; readonly subject: Subject }
export type ResetOptions = Common & { readonly command: 'reset'; readonly subject: Subject; readonly yes: boolean }
export type TopOptions = Common & {
  readonly command: 'top'
  /** Of one limiter only. */
  readonly name: string | undefined
  readonly unit: string | undefined
  readonly limit: number
  readonly maxKeys: number
}

/** The command. */
export type Order =
  | PeekOptions
  | ResetOptions
  | TopOptions
  | { readonly command: 'help'; readonly about: CommandName | undefined }
  | { readonly command: 'version' }

const COMMON = {
  prefix: { type: 'string' },
  'hash-tags': { type: 'string' },
  cluster: { type: 'boolean' },
  json: { type: 'boolean' },
  timeout: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Of each command. Help says the same, for people. */
export const OPTIONS: Readonly<Record<CommandName, NonNullable<ParseArgsConfig['options']>>> = {
  peek: { ...COMMON, key: { type: 'string' } },
  reset: { ...COMMON, key: { type: 'string' }, yes: { type: 'boolean', short: 'y' } },
  top: {
    ...COMMON,
    limit: { type: 'string', short: 'n' },
    unit: { type: 'string' },
    'max-keys': { type: 'string' },
  },
}

const MAX_ROWS = 10_000
const MAX_SECONDS = 3600
const MAX_TAGS = 16_384

/** @throws {Failure} that says what is wrong with the arguments. Their contents are not shown: they may be secrets. */
export function parseOrder(args: readonly string[]): Order {
  const [first, ...rest] = args
  if (first === '--help' || first === '-h' || first === 'help') return { command: 'help', about: rest.find(isCommand) }
  if (first === '--version') return { command: 'version' }
  if (first === undefined || !isCommand(first)) {
    throw usageFailure('the first argument must be peek, top or reset; see rl --help')
  }
  try {
    return parseCommand(first, rest)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw usageFailure(`${reasonOf(error)}; see rl ${first} --help`)
  }
}

function parseCommand(command: CommandName, args: readonly string[]): Order {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS[command], allowPositionals: true })
  const given = values as Readonly<Record<string, string | boolean | undefined>>
  if (given.help) return { command: 'help', about: command }
  const common: Common = {
    prefix: checkPrefix(given.prefix ?? DEFAULT_PREFIX, '--prefix'),
    hashTags: given['hash-tags'] === undefined ? undefined : integer('--hash-tags', given['hash-tags'], MAX_TAGS),
    cluster: given.cluster === true,
    json: given.json === true,
    timeoutMs: 1000 * integer('--timeout', given.timeout ?? '5', MAX_SECONDS),
  }
  if (command === 'top') {
    const [name, ...others] = positionals
    if (name === '' || others.length > 0) throw new TypeError('rl top takes one name, or none')
    const unit = given.unit as string | undefined
    const limit = integer('--limit', given.limit ?? '10', MAX_ROWS)
    return { ...common, command, name, unit, limit, maxKeys: integer('--max-keys', given['max-keys'] ?? '100000') }
  }
  const subject = subjectOf(command, positionals, given.key as string | undefined)
  return command === 'peek' ? { ...common, command, subject } : { ...common, command, subject, yes: given.yes === true }
}

function subjectOf(command: CommandName, positionals: readonly string[], key: string | undefined): Subject {
  if (key !== undefined && positionals.length === 0) return { key }
  const [name, id] = positionals
  if (key === undefined && positionals.length === 2 && name && id) return { name, id }
  throw new TypeError(`rl ${command} takes the limiter's name and an identifier, or --key`)
}

function isCommand(text: string): text is CommandName {
  return Object.hasOwn(OPTIONS, text)
}

function integer(option: string, text: string | boolean, max?: number): number {
  return checkInteger(option, /^\d+$/.test(String(text)) ? Number(text) : text, 1, max)
}

/** The first sentence says what is wrong; Node's others are about escaping. */
function reasonOf(error: TypeError): string {
  if (error instanceof OptionError || !('code' in error)) return error.message
  const [sentence = ''] = error.message.split(/\.\s/)
  const hint =
    error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? ' (an identifier that begins with - goes behind --)' : ''
  return sentence + hint
}
