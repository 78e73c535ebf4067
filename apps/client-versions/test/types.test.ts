import { expect, test } from 'vitest'
import { CLIENT_SETS } from '../src/client-sets.ts'
import { complaintsWith } from '../src/compile.ts'

test.each(CLIENT_SETS.map((set) => [set.name, set] as const))(
  'what users write compiles with the types of %s, and mistakes do not',
  async (_, set) => {
    expect(await complaintsWith(set)).toEqual([])
  },
)
