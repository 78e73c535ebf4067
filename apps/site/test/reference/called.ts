import { DeclarationReflection, ReflectionKind, type SomeType } from 'typedoc'
import { isSlice } from './numbers.ts'
import { examplesOf, type PublicName } from './public-names.ts'

/**
 * Functions, classes and methods that have no example and are called by none of their module. A method counts where users have the
 * object: of a class, or of a type that a function or method returns, but
 * for slices of others' types. Not one that an interface asks for, which describes it.
 */
export function withoutExample(names: readonly PublicName[]): readonly string[] {
  const returned = typesReturned(names)
  return names
    .filter(({ reflection }) => isCalled(reflection, returned))
    .filter((each) => examplesOf(each).length === 0 && !isCalledIn(names, each))
    .map(({ module, name }) => `${module} ${name}`)
}

function isCalled(reflection: DeclarationReflection, returned: ReadonlySet<unknown>): boolean {
  const { kind, parent, name, implementationOf, inheritedFrom } = reflection
  if ((kind & (ReflectionKind.Function | ReflectionKind.Class)) !== 0) return true
  if (kind !== ReflectionKind.Method || name.startsWith('[') || implementationOf || inheritedFrom) return false
  return parent?.kindOf(ReflectionKind.Class) || (returned.has(parent) && !isSlice(parent))
}

/** An example of the module calls a method of that name. */
function isCalledIn(names: readonly PublicName[], { module, reflection }: PublicName): boolean {
  if (reflection.kind !== ReflectionKind.Method) return false
  const examples = names.filter((each) => each.module === module).flatMap(examplesOf)
  return examples.some((each) => each.includes(`.${reflection.name}(`))
}

/** Types that functions and methods of classes return, and that the methods of those types return. */
function typesReturned(names: readonly PublicName[]): ReadonlySet<unknown> {
  const types = new Set<DeclarationReflection>()
  const addFrom = ({ signatures = [] }: DeclarationReflection): void => {
    for (const type of signatures.flatMap((each) => referencesIn(each.type))) {
      if (types.has(type)) continue
      types.add(type)
      type.children?.forEach(addFrom)
    }
  }
  for (const { reflection } of names) {
    const { kind, parent } = reflection
    if (kind === ReflectionKind.Function || parent?.kindOf(ReflectionKind.Class)) addFrom(reflection)
  }
  return types
}

function referencesIn(type: SomeType | undefined): readonly DeclarationReflection[] {
  if (type?.type !== 'reference') return []
  const { reflection, typeArguments = [] } = type
  return [...(reflection instanceof DeclarationReflection ? [reflection] : []), ...typeArguments.flatMap(referencesIn)]
}
