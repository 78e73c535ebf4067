import {
  type Comment,
  type DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  ReflectionKind,
} from 'typedoc'

/** A name that a module of a published package exports, or a member of such a name. */
export interface PublicName {
  readonly module: string
  /** With the names of its parents, such as `FixedWindowRateLimiter.limit`. */
  readonly name: string
  readonly reflection: DeclarationReflection
  readonly comments: readonly Comment[]
}

/** Names that a module only re-exports, and additions to the globals of a test framework. */
const NOT_NAMED_HERE = ReflectionKind.Reference | ReflectionKind.Namespace

/** Every public name of every module, members after what they belong to. */
export function publicNames(project: ProjectReflection): readonly PublicName[] {
  return (project.children ?? []).flatMap((module) =>
    (module.children ?? [])
      .filter(({ kind }) => (kind & NOT_NAMED_HERE) === 0)
      .flatMap((each) => withMembers(module.name, each)),
  )
}

function withMembers(module: string, reflection: DeclarationReflection, parent = ''): readonly PublicName[] {
  const name = `${parent}${reflection.name}`
  const members = reflection.children ?? declarationOf(reflection)?.children ?? []
  return [
    { module, name, reflection, comments: commentsOf(reflection) },
    ...members.flatMap((each) => withMembers(module, each, `${name}.`)),
  ]
}

/** The text of each `@example` of comments, without its fences. */
export function examplesIn(comments: readonly Comment[]): readonly string[] {
  return comments
    .flatMap(({ blockTags }) => blockTags)
    .filter(({ tag }) => tag === '@example')
    .map(({ content }) => content.map(({ text }) => text).join(''))
    .map((text) => /^```ts\n(.*)\n```$/s.exec(text.trim())?.[1] ?? text)
}

/** The examples of a name. */
export function examplesOf({ comments }: PublicName): readonly string[] {
  return examplesIn(comments)
}

/** A comment as it reads, with what its tags say, but for examples. */
export function textOf({ comments }: PublicName): string {
  return comments
    .flatMap(({ summary, blockTags }) => [summary, ...blockTags.filter(isNoExample).map(({ content }) => content)])
    .map((parts) => parts.map(({ text }) => text).join(''))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
}

function isNoExample({ tag }: { readonly tag: string }): boolean {
  return tag !== '@example'
}

function commentsOf(reflection: DeclarationReflection): readonly Comment[] {
  const { signatures = [], getSignature } = reflection
  const declaration = declarationOf(reflection)
  const all: (Reflection | undefined)[] = [reflection, ...signatures, getSignature, declaration]
  return [...all, ...(declaration?.signatures ?? [])].map((each) => each?.comment).filter((each) => each !== undefined)
}

function declarationOf({ type }: DeclarationReflection): DeclarationReflection | undefined {
  return type?.type === 'reflection' ? type.declaration : undefined
}
