import type { Topic } from '../context.ts'
import { CHANGING } from './limiters/changing.ts'
import { COUNTING } from './limiters/counting.ts'
import { FAULTS } from './limiters/faults.ts'
import { SETTLING } from './limiters/settling.ts'

/** What limiters over the store make of it. */
export const limiters: Topic = { name: 'limiters', cases: [...COUNTING, ...CHANGING, ...SETTLING, ...FAULTS] }
