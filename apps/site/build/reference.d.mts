import type { ProjectReflection } from 'typedoc'

export function readReference(): Promise<{ readonly project: ProjectReflection }>
