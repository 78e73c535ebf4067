import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { accessibilityFindings, keepScreenshot } from '@rl/test-servers/browser'
import { afterAll, expect, test } from 'vitest'
import { servePlayground } from '../build/playground.mjs'
import { toHash } from '../src/playground/setup/link.ts'
import { PRESETS } from '../src/playground/setup/presets.ts'
import { codeOf } from '../src/playground/text/code.ts'
import { usePages } from './browser.ts'

const pages = usePages(() => servePlayground(0))
/** How far each example has gone when it is looked at. */
const LATER = '13s'
const SNIPPETS = join(import.meta.dirname, '../.snippets')

afterAll(() => rmSync(SNIPPETS, { recursive: true, force: true }))

test.each(PRESETS.map((preset, i) => [preset.name, i, preset] as const))(
  '%s: axe finds nothing, it fits on any screen, and its code is shown',
  async (name, i, { setup }) => {
    const until = setup.speed > 1 ? '75d' : LATER
    const [scheme, width] = i % 2 === 0 ? (['light', 320] as const) : (['dark', 375] as const)
    const page = await pages.open(`#${toHash({ ...setup, until })}`, {
      colorScheme: scheme,
      viewport: { width, height: 640 },
    })
    expect(await page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed')).toBe('true')
    await page.locator('tr[data-entry]').first().waitFor()
    expect(await page.locator('pre').textContent()).toBe(codeOf(setup))
    const scrollWidth = (): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth')
    expect(await scrollWidth()).toBe(width)
    await keepScreenshot(page, `playground-${i}-${scheme}-${width}`)

    await page.emulateMedia({ colorScheme: scheme === 'light' ? 'dark' : 'light' })
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(await accessibilityFindings(page)).toEqual([])
    expect(await scrollWidth()).toBe(1280)
    await keepScreenshot(page, `playground-${i}-${scheme === 'light' ? 'dark' : 'light'}-1280`)
    await page.emulateMedia({ colorScheme: scheme })
    expect(await accessibilityFindings(page)).toEqual([])
  },
)

test('the code of all presets is type-checked and runs', async () => {
  mkdirSync(SNIPPETS, { recursive: true })
  const files = PRESETS.map(({ setup }, i) => {
    const file = join(SNIPPETS, `preset-${i}.ts`)
    writeFileSync(file, codeOf(setup))
    return file
  })
  const tsconfig = join(SNIPPETS, 'tsconfig.json')
  const compilerOptions = {
    noEmit: true,
    customConditions: ['@rl/source'],
    isolatedDeclarations: false,
    types: ['node'],
  }
  writeFileSync(tsconfig, JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions, files }))
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  expect(execFileSync(process.execPath, [tsc, '-p', tsconfig], { encoding: 'utf8' })).toBe('')
  for (const file of files) await import(/* @vite-ignore */ file)
})

test('by keyboard alone: an example, pause, a call', async () => {
  const page = await pages.open('')
  await tabTo(page, 'Burst at a boundary')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByText('The known weakness').count()).toBe(1)
  await tabTo(page, 'Pause')
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
  await tabTo(page, 'Call')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^(admitted|denied)/)
})

/** Presses Tab until what says this has the focus; each stop must be seen. */
async function tabTo(page: Awaited<ReturnType<typeof pages.open>>, wanted: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const [text, outline] = (await page.evaluate(
      '[document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]',
    )) as readonly string[]
    expect([text, outline]).toEqual([text, expect.not.stringMatching('none')])
    if (text === wanted) return
  }
  throw new Error(`no way to ${wanted} by Tab`)
}

test.each([
  ['reduce', 'Run'],
  ['no-preference', 'Pause'],
] as const)(
  'with motion %s, the button says %s at first, and the clock can be started',
  async (reducedMotion, button) => {
    const page = await pages.open('', { reducedMotion })
    await page.getByRole('button', { name: button, exact: true }).waitFor()
    if (button === 'Run') {
      expect(await page.locator('[data-now]').textContent()).toBe('12:00:00.000')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
    }
    await page.locator('tr[data-entry="2"]').waitFor()
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
  },
)
