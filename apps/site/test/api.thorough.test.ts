import { type DeclarationReflection, ReflectionKind } from 'typedoc'
import { expect, test } from 'vitest'
import { readReference } from '../build/reference.mjs'

test('every public name has a doc comment', async () => {
  const { project } = await readReference()
  const names = (project.children ?? []).flatMap((module) =>
    (module.children ?? []).filter(isDeclaredHere).map((name) => [`${module.name} ${name.name}`, name] as const),
  )
  expect(names.length).toBeGreaterThan(250)
  expect(names.flatMap(([name, reflection]) => (isDocumented(reflection) ? [] : [name]))).toEqual([])
}, 300_000)

/** And is no name that the module only passes on. */
function isDeclaredHere({ kind }: { kind: ReflectionKind }): boolean {
  return kind !== ReflectionKind.Reference
}

function isDocumented(reflection: DeclarationReflection): boolean {
  const { comment, signatures = [], type } = reflection
  const ofType = type?.type === 'reflection' ? [type.declaration, ...(type.declaration.signatures ?? [])] : []
  const comments = [comment, ...[...signatures, ...ofType].map((each) => each.comment)]
  return comments.some((each) => each?.hasVisibleComponent())
}
