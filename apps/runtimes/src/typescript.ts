import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'
import { obtain, type Tool } from './tool.ts'

/** From the oldest that is supported to the newest. */
export const TYPESCRIPTS: readonly [Tool, ...Tool[]] = [
  typescript('5.6.3'),
  typescript('5.7.3'),
  typescript('5.8.3'),
  typescript('5.9.3'),
  typescript('6.0.3'),
  typescript('7.0.2'),
]

function typescript(version: string): Tool {
  return { title: `TypeScript ${version}`, package: 'typescript', version, bin: 'tsc' }
}

/** How a consumer's compiler finds packages. */
export const RESOLUTIONS = ['nodenext', 'bundler'] as const

export type Resolution = (typeof RESOLUTIONS)[number]

/**
 * The inputs: a whole application; or our packages alone, where the declarations are checked as well, and which
 * need no types of Node.
 */
export const INPUTS = {
  'an application': { skipLibCheck: true, types: ['node'], files: ['src'] },
  'all declarations': {
    skipLibCheck: false,
    types: [],
    lib: ['es2022', 'webworker'],
    files: ['src/declarations.ts', 'src/types.ts', 'src/worker.ts'],
  },
} as const

export type Input = keyof typeof INPUTS

/** Compiles that part of the project. Rejects with what the compiler has to say, if anything. */
export async function check(tool: Tool, resolution: Resolution, input: Input, project: string): Promise<void> {
  await compile(tool, resolution, input, project, { noEmit: true })
}

/** Writes the application's JavaScript to `dist`, whatever is wrong with its types. */
export async function emit(project: string): Promise<void> {
  await compile(TYPESCRIPTS[0], 'nodenext', 'an application', project, { noCheck: true, outDir: 'dist' })
}

async function compile(
  tool: Tool,
  resolution: Resolution,
  input: Input,
  project: string,
  output: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { files, ...options } = INPUTS[input]
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
    rootDir: 'src',
    ...options,
    ...output,
  }
  const config = join(project, `tsconfig.${[tool.version, resolution, input].join('.').replaceAll(' ', '-')}.json`)
  await writeFile(config, JSON.stringify({ compilerOptions, include: files }))
  await run(await obtain(tool), ['-p', config])
}
