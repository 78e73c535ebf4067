import { describeCounterStore } from '@rl/conformance'
import { MapStore } from './map-store.ts'

describeCounterStore('MapStore', () => {
  let now = Date.now()
  const store = new MapStore(() => now)
  return {
    connect: () => store,
    moveClock: (ms) => {
      now += ms
    },
  }
})
