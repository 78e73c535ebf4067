import type { Topic } from '../context.ts'
import { CHANGING } from './limiters/changing.ts'
import { COUNTING } from './limiters/counting.ts'
import { FAULTS } from './limiters/faults.ts'
import { SETTLING } from './limiters/settling.ts'

/** Limiters over the store. */
export const limiters: Topic = { name: 'limiters', cases: [...COUNTING, ...CHANGING, ...SETTLING, ...FAULTS] }
