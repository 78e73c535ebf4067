import { describeCounterStore } from '@rl/conformance'
import { MemoryStore } from '@rl/memory'

describeCounterStore(
  'MemoryStore',
  () => {
    let now = Date.now()
    const store = new MemoryStore({ now: () => now })
    return {
      connect: () => store,
      moveClock: (ms) => {
        now += ms
      },
      keys: () => store.size,
    }
  },
  { histories: 30 },
)
