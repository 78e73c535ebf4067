import { type Comment, type DeclarationReflection, ReflectionKind } from 'typedoc'
import { beforeAll, expect, test } from 'vitest'
import { readReference } from '../build/reference.mjs'

/** For authors of stores and adapters: their READMEs and docs/writing-a-store.md have the examples. */
const FOR_AUTHORS = /^@rl\/(redis-script|core\/(check|keys))$/
/** Functions and classes that have no example yet. */
const WITHOUT_EXAMPLE: readonly string[] = [
  '@rl/core/operate requestsAreIsolated',
  '@rl/durable-objects RateLimitObject',
  '@rl/http DenialError',
  '@rl/http fieldsOf',
  '@rl/http joinResults',
  '@rl/http onceSent',
  '@rl/http problemResponse',
  '@rl/http withHeaders',
  '@rl/http/fetch rateLimitOf',
  '@rl/nestjs SkipRateLimit',
]

/** Names that a module only re-exports, and additions to the globals of a test framework. */
const NOT_NAMED_HERE = ReflectionKind.Reference | ReflectionKind.Namespace

interface PublicName {
  readonly name: string
  readonly module: string
  readonly kind: ReflectionKind
  readonly comments: readonly Comment[]
}

let names: readonly PublicName[]

beforeAll(async () => {
  const { project } = await readReference()
  names = (project.children ?? []).flatMap((module) =>
    (module.children ?? [])
      .filter(({ kind }) => (kind & NOT_NAMED_HERE) === 0)
      .map((each) => ({
        name: `${module.name} ${each.name}`,
        module: module.name,
        kind: each.kind,
        comments: commentsOf(each),
      })),
  )
}, 300_000)

test('every public name has a doc comment', () => {
  expect(names.length).toBeGreaterThan(250)
  const undocumented = names.filter(({ comments }) => !comments.some((each) => each.hasVisibleComponent()))
  expect(undocumented.map(({ name }) => name)).toEqual([])
})

test('every function and class has an example, but for those that are known to have none', () => {
  const called = ReflectionKind.Function | ReflectionKind.Class
  const missing = names.filter(
    ({ kind, module, comments }) =>
      (kind & called) !== 0 && !FOR_AUTHORS.test(module) && !comments.some((each) => each.getTag('@example')),
  )
  expect(missing.map(({ name }) => name).filter((name) => !WITHOUT_EXAMPLE.includes(name))).toEqual([])
})

function commentsOf({ comment, signatures = [], type }: DeclarationReflection): readonly Comment[] {
  const ofType = type?.type === 'reflection' ? [type.declaration, ...(type.declaration.signatures ?? [])] : []
  return [comment, ...[...signatures, ...ofType].map((each) => each.comment)].filter((each) => each !== undefined)
}
