import { type CallerSetup, parseCost, type Setup, type WindowSetup } from '../setup/setup.ts'

/** A program that limits as the set-up does. */
export function codeOf({ limiters, callers }: Setup): string {
  const hasCalendar = limiters.flat().some(({ anchor }) => anchor === 'calendar')
  const names = limiters.length === 1 ? ['limiter'] : ['limiterA', 'limiterB']
  return [
    "import { FixedWindowRateLimiter } from '@rl/core'",
    ...(hasCalendar ? ["import { calendar } from '@rl/core/calendar'"] : []),
    "import { MemoryStore } from '@rl/memory'",
    '',
    ...limiters.flatMap((windows, i) => limiterCode(names[i] ?? 'limiter', windows)),
    ...names.flatMap((name, i) => (callers[0] ? callCode(name, i, callers[0]) : [])),
  ].join('\n')
}

function limiterCode(name: string, windows: readonly WindowSetup[]): readonly string[] {
  const [only] = windows
  const body =
    windows.length === 1 && only?.unit === ''
      ? windowFields(only).map((field) => `  ${field},`)
      : ['  windows: [', ...windows.map((window) => `    { ${windowFields(window).join(', ')} },`), '  ],']
  const lines = [
    `const ${name} = new FixedWindowRateLimiter({`,
    `  name: ${quote(name)},`,
    '  store: new MemoryStore(),',
  ]
  return [...lines, ...body, '})', '']
}

function windowFields({ limit, window, anchor, unit, timeZone, day }: WindowSetup): readonly string[] {
  const options = [`timeZone: ${quote(timeZone)}`, ...(day === '' ? [] : [`day: ${Number(day)}`])].join(', ')
  return [
    ...(unit === '' ? [] : [`unit: ${quote(unit)}`]),
    `limit: ${readable(Number(limit))}`,
    anchor === 'calendar' ? `window: calendar(${quote(window)}, { ${options} })` : `window: ${quote(window)}`,
    ...(anchor === 'first-hit' ? ["anchor: 'first-hit'"] : []),
  ]
}

function callCode(limiter: string, index: number, { id, cost, finish, after, actual }: CallerSetup): readonly string[] {
  const decision = index === 0 ? 'decision' : 'other'
  const options = parseCost(cost) === 1 ? '' : `, { cost: ${costCode(cost)} }`
  const change = finish === 'refund' ? `refund(${decision})` : `settle(${decision}, ${costCode(actual)})`
  return [
    `const ${decision} = await ${limiter}.limit(${quote(id)}${options})`,
    `if (${decision}.allowed) {`,
    '  // do the work',
    ...(finish === 'keep' ? [] : [`  await ${limiter}.${change} // ${after} later`]),
    '} else {',
    `  console.log(\`denied, again in \${${decision}.retryAfterMs} ms\`)`,
    '}',
    '',
  ]
}

function costCode(text: string): string {
  const cost = parseCost(text)
  if (typeof cost === 'number') return readable(cost)
  return `{ ${Object.entries(cost)
    .map(([unit, units]) => `${/^[a-z_]\w*$/i.test(unit) ? unit : quote(unit)}: ${readable(units)}`)
    .join(', ')} }`
}

/** `100_000` */
function readable(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, value >= 10_000 ? '_' : '')
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`
}
