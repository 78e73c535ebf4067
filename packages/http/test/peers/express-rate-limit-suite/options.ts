import type { CounterStore } from '@rl/core'
import { draft6, draft7, draft10, type HeaderFormat, legacy } from '@rl/http/headers'
import { MemoryStore } from '@rl/memory'
import type { Request, Response } from 'express'
import type { LegacyStore, Options, Store } from 'express-rate-limit'

/** The drafts that `standardHeaders` names. */
export const DRAFTS: Readonly<Record<string, HeaderFormat>> = {
  'draft-6': draft6,
  'draft-7': draft7,
  'draft-8': withSpaces(draft10),
}

/** The options with the defaults of express-rate-limit. */
export interface Settings
  extends Omit<Options, 'store' | 'ipv6Subnet' | 'standardHeaders' | 'keyGenerator' | 'handler' | 'logger'> {
  readonly store: CounterStore | Store | LegacyStore
  readonly ipv6Subnet: number | false
  readonly standardHeaders: false | string
  readonly keyGenerator?: Options['keyGenerator']
  readonly handler?: Options['handler']
  readonly logger: { error(error: unknown, text: string): void }
}

export function withDefaults({ max, headers, standardHeaders, validate: _, ...given }: Partial<Options>): Settings {
  const settings = {
    windowMs: 60_000,
    limit: max ?? 5,
    statusCode: 429,
    message: 'Too many requests, please try again later.',
    legacyHeaders: headers ?? true,
    standardHeaders: standardHeaders === true ? 'draft-6' : (standardHeaders ?? false),
    ipv6Subnet: 56,
    requestPropertyName: 'rateLimit',
    store: new MemoryStore(),
    logger: { error: (error: unknown, text: string) => console.error(text, error) },
  }
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...settings, ...Object.fromEntries(defined) } as unknown as Settings
}

export function headersOf({ legacyHeaders, standardHeaders }: Settings): readonly HeaderFormat[] {
  const standard = standardHeaders === false ? [] : [DRAFTS[standardHeaders] ?? (standardHeaders as never)]
  return legacyHeaders ? [legacy, ...standard] : standard
}

export function refundOf({ skipFailedRequests, skipSuccessfulRequests, requestWasSuccessful }: Settings) {
  if (!skipFailedRequests && !skipSuccessfulRequests) return undefined
  if (requestWasSuccessful === undefined) return skipFailedRequests ? 'failed' : 'successful'
  return async (response: Response, request: Request) =>
    (await requestWasSuccessful(request, response)) ? skipSuccessfulRequests : skipFailedRequests
}

/** express-rate-limit writes a space after each semicolon, and names the partition in one of the two fields. */
function withSpaces({ prefix, write }: HeaderFormat): HeaderFormat {
  return {
    prefix,
    write: (policies, fields) =>
      write(policies, {
        get: (name) => fields.get(name),
        set: (name, value) =>
          fields.set(name, value.replaceAll(/; ?/g, '; ').replaceAll(name === 'RateLimit' ? /; pk=:.*?:/g : /^$/g, '')),
      }),
  }
}

/** As `clientIp` takes it. */
export function ipv6PrefixOf(subnet: number | false): number {
  return subnet === false ? 128 : subnet
}

const UNITS = Object.entries({ day: 86_400_000, hr: 3_600_000, min: 60_000, sec: 1000 })

/** As express-rate-limit names policies: `5sec`, `1hr`, `2hrs`. */
export function durationOf(windowMs: number): string {
  const [name, ms] = UNITS.find(([, each]) => windowMs >= each) ?? ['sec', 1000]
  const count = windowMs / ms
  return `${count}${name}${count > 1 && ms >= 3_600_000 ? 's' : ''}`
}
