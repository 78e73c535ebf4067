import type { Topic } from '../context.ts'
import { denials } from './denials.ts'
import { generations } from './generations.ts'
import { takes } from './takes.ts'

/** The contract, rule by rule. */
export const topics: readonly Topic[] = [takes, denials, generations]
