import { describe, inject, test } from 'vitest'
import { check, INPUTS, type Input, RESOLUTIONS, TYPESCRIPTS } from '../src/typescript.ts'

const inputs = Object.keys(INPUTS) as Input[]

describe.each(TYPESCRIPTS.map((tool) => [tool.title, tool] as const))('%s', (_, tool) => {
  describe.each(RESOLUTIONS)('with moduleResolution %s', (resolution) => {
    test.each(inputs)('compiles %s', async (input) => {
      await check(tool, resolution, input, inject('project'))
    })
  })
})
