import { afterAll, beforeAll, describe, test } from 'vitest'
import type { FaultGroup } from './fault.ts'
import { type Measured, record } from './figures.ts'

/** A test for each fault of the group and each of its stores. */
export function describeFaults<Scene>(group: FaultGroup<Scene>): void {
  const measured: Measured[] = []
  afterAll(() => record(group.title, measured))
  const stores = new Set(group.faults.flatMap((fault) => fault.stores))
  describe.each([...stores])('%s survives', (store) => {
    let scene: Scene
    beforeAll(async () => {
      scene = await group.open(store)
    })
    afterAll(async () => {
      if (scene !== undefined) await group.close(scene)
    })

    test.each(
      group.faults.filter((fault) => fault.stores.includes(store)).map((fault) => [fault.title, fault] as const),
    )(
      '%s',
      async (title, fault) => {
        const figures = await fault.play(scene)
        if (figures !== undefined) measured.push({ fault: title, store, ...rounded(figures) })
      },
      120_000,
    )
  })
}

function rounded<T extends object>(figures: T): T {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.max(0, Math.round(value))])) as T
}
