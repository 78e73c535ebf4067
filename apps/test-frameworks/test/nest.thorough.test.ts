import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { NestApp } from '../src/nest-apps.ts'

async function statuses(url: string, paths: readonly string[]): Promise<number[]> {
  const answers: number[] = []
  for (const path of paths) answers.push((await fetch(url + path)).status)
  return answers
}

describe('the starter of Nest 11, in CommonJS', () => {
  let app: NestApp
  beforeAll(() => {
    app = new NestApp('nest-11')
  })
  afterAll(() => app?.remove())

  // The settings that docs/testing.md adds to Jest in CommonJS.
  const transform = {
    '^.+\\.ts$': 'ts-jest',
    '/@rl/.+\\.js$': ['ts-jest', { tsconfig: { allowJs: true, isolatedModules: true, module: 'commonjs' } }],
  }
  const ours = { transform, transformIgnorePatterns: ['/node_modules/(?!(\\.pnpm/)?@rl[/+])'] }

  test('passes its unit tests and its end-to-end tests in Jest', async () => {
    const config = { testRegex: 'spec\\.ts$', testEnvironment: 'node', ...ours }
    const { code, output } = await app.jest(config)
    expect(output).toMatch(/^Tests: +3 passed, 3 total$/m)
    expect(output).not.toMatch(/warn|did not exit/i)
    expect(code).toBe(0)
  })

  test.each(['nodenext', 'commonjs'])('built as %s, it serves and requires our modules', async (module) => {
    const resolution = module === 'nodenext' ? module : 'bundler'
    const built = await app.compile('--module', module, '--moduleResolution', resolution)
    expect(built).toEqual({ code: 0, output: '' })
    const { url, stop } = await app.start('dist/main.js')
    onTestFinished(stop)
    expect(await statuses(url, ['/', '/cats/0', '/cats/1', '/', '/left'])).toEqual([200, 404, 200, 429, 200])
  })
})

describe('an application of Nest 12, in ES modules', () => {
  test('has limits, refunds, filters and injection', async () => {
    const app = new NestApp('nest-12')
    onTestFinished(() => app.remove())
    expect(await app.compile()).toEqual({ code: 0, output: '' })
    const { lines, url, stop } = await app.start('app.js')
    onTestFinished(stop)
    expect(lines[0]).toMatch(/^limiter must be 'hello' or 'cats' or 'dogs'.*, received "hallo"$/)
    expect(await statuses(url, ['/cats/0', '/cats/1', '/cats/1', '/dogs', '/dogs', '/dogs'])).toEqual([
      404, 200, 418, 200, 200, 429,
    ])
    const denied = await fetch(`${url}/dogs`)
    expect(denied.headers.get('ratelimit')).toMatch(/^"dogs";r=0;t=\d+$/)
    expect(await denied.json()).toMatchObject({ status: 429, 'violated-policies': ['dogs'] })
    expect(await (await fetch(`${url}/left`)).text()).toBe('true')
  })
})
