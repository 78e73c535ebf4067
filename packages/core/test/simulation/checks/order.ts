import type { Call, Item } from '../journal.ts'

/**
 * The items of a step in the order in which things happened. Where a store answers at once, a lease's answer is made within the
 * call, though the caller is told later, when the store may have answered other calls.
 */
export function inOrder(items: readonly Item[]): readonly Item[] {
  const early = items.filter(isAnsweredWithin)
  if (early.length === 0) return items
  const ordered = items.filter((item) => !early.includes(item))
  for (const item of early) {
    const place = ordered.findIndex((other) => sequenceOf(other) > endOf((item as { call: Call }).call, items))
    ordered.splice(place < 0 ? ordered.length : place, 0, item)
  }
  return ordered
}

function isAnsweredWithin(item: Item): boolean {
  if (item.kind !== 'call settled' || !item.call.actor.group.settings.answersAtOnce) return false
  return item.call.decision?.source === 'lease'
}

/** A call is followed at once by what was sent for it, and by the reply. */
function endOf({ sequence }: Call, items: readonly Item[]): number {
  const wasSent = items.some((item) => item.kind === 'sent' && item.command.sent[0]?.sequence === sequence + 1)
  return wasSent ? sequence + 2 : sequence
}

function sequenceOf(item: Item): number {
  if (item.kind === 'sent') return item.command.sent[0]?.sequence ?? 0
  return item.kind === 'landed' ? item.sequence : 0
}
