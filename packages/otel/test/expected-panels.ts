/** For each of a panel's queries, what it returns by its legend: how often something happened, or a share or a time in a range. */
export type Expected = Readonly<Record<string, number | { readonly from: number; readonly to: number }>>

const COMMAND = { from: 0.000_001, to: 2.5 }

export const EXPECTED: Readonly<Record<string, readonly Expected[]>> = {
  Decisions: [{ allowed: 15, denied: 2, error: 1 }],
  'Share denied': [{ accounts: { from: 0.19, to: 0.21 } }],
  'Units taken': [{ accounts: 8, visitors: 1, 'live tokens': 12, next: 1 }],
  'How full limits are': [
    {
      'accounts median': { from: 0.001, to: 0.1 },
      'visitors median': { from: 0, to: 0.1 },
      'live median': { from: 0, to: 0.1 },
      'next median': { from: 0.99, to: 1 },
    },
    {
      'accounts 95 %': { from: 0.99, to: 1 },
      'visitors 95 %': { from: 0, to: 0.1 },
      'live 95 %': { from: 0, to: 0.1 },
      'next 95 %': { from: 0.99, to: 1 },
    },
  ],
  'Share of decisions at the limit': [{ accounts: { from: 0.19, to: 0.21 }, visitors: 0, live: 0, next: 1 }],
  'What candidates in shadow decide': [{ 'next allowed': 1, 'next denied': 2 }],
  'Where answers come from': [{ store: 8, fallback: 5, shadow: 3, 'failure-policy': 1 }],
  'Not decided by the store': [
    { 'accounts allowed fallback': 5, 'open allowed failure-policy unknown': 1, 'strict error unknown': 1 },
  ],
  'Circuit breakers open': [{ redis: 1, memory: 0, shop: 0, broken: 0 }],
  'Commands to the store': [{ redis: 6, shop: 1, 'shop not-executed': 1, 'broken unknown': 2 }],
  'Duration of commands': [
    { 'redis median': COMMAND, 'shop median': COMMAND, 'broken median': COMMAND },
    { 'redis 99 %': COMMAND, 'shop 99 %': COMMAND, 'broken 99 %': COMMAND },
  ],
  'Wait before a command is sent': [
    { 'redis median': COMMAND, 'shop median': COMMAND, 'broken median': COMMAND },
    { 'redis 99 %': COMMAND, 'shop 99 %': COMMAND, 'broken 99 %': COMMAND },
  ],
  'Operations sent': [{ redis: { from: 5.9, to: Number.POSITIVE_INFINITY }, shop: 4, broken: 2 }],
  Retries: [{ shop: 2, redis: { from: 0, to: Number.POSITIVE_INFINITY } }],
}
