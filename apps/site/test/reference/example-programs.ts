import { ReflectionKind } from 'typedoc'
import { type Program, programsOf } from '../../../../test/docs/programs.ts'
import { GIVEN } from './given.ts'
import { identifiersOf } from './identifiers.ts'
import { examplesOf, type PublicName } from './public-names.ts'

/** The begin of a module; anything else is a value. */
const STATEMENT = /^(\/\/|@|await|class|const|export|for|function|if|import|let|new|try)/

/** Run by vitest. */
const USES_VITEST = /\b(describeCounterStore|expect)\(/

/**
 * Every `@example` as a program of the docs' test. An example of a type or of an option may be a value of it, or several with
 * commas between them; any other one is a module. The names that an example does not declare are imported, or declared as
 * `GIVEN` says.
 */
export function examplePrograms(names: readonly PublicName[]): readonly Program[] {
  const programs = new Map<string, Program>()
  for (const each of names) {
    for (const [i, example] of examplesOf(each).entries()) {
      const code = programOf(each, example, names)
      const path = `${each.module}/${each.name}${i === 0 ? '' : i + 1}.md`
      const note = USES_VITEST.test(code) ? '<!-- snippet: example.test.ts -->\n' : ''
      const [program] = programsOf({ path, text: `${note}\`\`\`ts\n${code}\n\`\`\`\n` })
      // Options that several types have in common are run once.
      if (program !== undefined && !programs.has(code))
        programs.set(code, { ...program, name: path.replace(/\.md$/, '') })
    }
  }
  return [...programs.values()]
}

function programOf(of: PublicName, example: string, names: readonly PublicName[]): string {
  const type = typeOf(of)
  const isValue = type !== undefined && !STATEMENT.test(example)
  const code = isValue ? `export const values: readonly (${type})[] = [\n${example},\n]` : example
  const { declared } = identifiersOf(code)
  const lines = new Map<string, string>()
  const ends = [...declared].map((name) => given(of.module, name)?.end)
  for (const name of missingFrom(code)) add(name)
  return [...lines.values(), code, ...ends.filter((end) => end !== undefined)].join('\n')

  function add(name: string): void {
    if (lines.has(name) || declared.has(name)) return
    const found = given(of.module, name)
    const line =
      GIVEN[`${of.module} ${name}`]?.code ?? importOf(of.module, name, names, found === undefined) ?? found?.code
    if (line === undefined) return
    for (const each of missingFrom(line)) if (each !== name) add(each)
    lines.set(name, line)
    ends.push(found?.end)
  }
}

function given(module: string, name: string): { readonly code: string; readonly end?: string } | undefined {
  return GIVEN[`${module} ${name}`] ?? GIVEN[name]
}

/** Imports a public name from the module that the example belongs to, else from `anywhere`. */
function importOf(module: string, name: string, names: readonly PublicName[], anywhere: boolean): string | undefined {
  const found = names.filter((each) => each.name === name)
  const source = found.find((each) => each.module === module) ?? (anywhere ? found[0] : undefined)
  if (source === undefined) return undefined
  const isType = source.reflection.kindOf(ReflectionKind.Interface | ReflectionKind.TypeAlias)
  return `import { ${isType ? 'type ' : ''}${name} } from '${source.module}'`
}

/** The type that a value must have to stand as an example, if it is a type or a property that is documented. */
function typeOf({ reflection, name }: PublicName): string | undefined {
  const { kind, parent } = reflection
  const withArguments = (type: string, { length }: readonly unknown[]): string =>
    length === 0 ? type : `${type}<${Array(length).fill('any').join(', ')}>`
  if ((kind & (ReflectionKind.Interface | ReflectionKind.TypeAlias)) !== 0)
    return withArguments(name, reflection.typeParameters ?? [])
  if (kind !== ReflectionKind.Property || !parent?.isDeclaration()) return undefined
  const [owner = '', ...path] = name.split('.')
  const start = withArguments(owner, parent.typeParameters ?? [])
  return path.reduce((type, key) => `NonNullable<${type}['${key}']>`, start)
}

function missingFrom(code: string): readonly string[] {
  const { used, declared } = identifiersOf(code)
  return [...used].filter((name) => !declared.has(name))
}
