import type { StoreClass } from '../plain-harness.ts'
import * as counting from './counting.ts'
import * as keys from './keys.ts'
import * as refundAndClear from './refund-and-clear.ts'
import * as time from './time.ts'

/** A store that breaks the contract in one way, and the topic that is there to notice. */
export interface WrongStore {
  readonly wrong: string
  readonly Store: StoreClass
  readonly topic: string
}

export const wrongStores: readonly WrongStore[] = [
  { wrong: 'reads then writes', Store: counting.ReadsThenWrites, topic: 'atomicity' },
  { wrong: 'refund reads then writes', Store: refundAndClear.RefundReadsThenWrites, topic: 'atomicity' },
  { wrong: 'off by one', Store: counting.OffByOne, topic: 'cost and times' },
  { wrong: 'the last unit is denied', Store: counting.DeniesTheLastUnit, topic: 'cost and times' },
  { wrong: 'times ignored', Store: counting.IgnoresTimes, topic: 'cost and times' },
  { wrong: 'all of times or none', Store: counting.AllTimesOrNone, topic: 'cost and times' },
  { wrong: 'counts in 32 bits', Store: counting.CountsIn32Bits, topic: 'cost and times' },
  { wrong: 'an empty list fails', Store: counting.EmptyListFails, topic: 'cost and times' },
  { wrong: 'partial all-or-nothing', Store: counting.ChargesSiblings, topic: 'several windows' },
  { wrong: 'a denial opens the siblings', Store: counting.OpensSiblings, topic: 'several windows' },
  { wrong: 'windows answered in another order', Store: counting.SortsWindows, topic: 'several windows' },
  { wrong: 'epoch window treated as first-hit', Store: time.EpochAsFirstHit, topic: 'anchors' },
  { wrong: 'first-hit windows follow each other', Store: time.FirstHitFollows, topic: 'anchors' },
  { wrong: 'limit in the key', Store: counting.LimitInKey, topic: 'dynamic limits' },
  { wrong: 'a peek takes', Store: counting.PeekTakes, topic: 'peek' },
  { wrong: 'a peek opens the window', Store: counting.PeekOpens, topic: 'peek' },
  { wrong: 'refund creates a counter', Store: refundAndClear.RefundCreates, topic: 'refund' },
  { wrong: 'refund into the next window', Store: refundAndClear.RefundIntoNextWindow, topic: 'refund' },
  { wrong: 'refund below zero', Store: refundAndClear.RefundBelowZero, topic: 'refund' },
  { wrong: 'a full refund closes the window', Store: refundAndClear.RefundCloses, topic: 'refund' },
  { wrong: 'refund extends the expiry', Store: refundAndClear.RefundExtends, topic: 'refund' },
  { wrong: 'clear clears all windows', Store: refundAndClear.ClearsAllWindows, topic: 'reset' },
  { wrong: 'clear clears by pattern', Store: refundAndClear.ClearsByPattern, topic: 'reset' },
  { wrong: 'clear clears the first window', Store: refundAndClear.ClearsFirstWindow, topic: 'reset' },
  { wrong: 'expiry in whole seconds', Store: time.ExpiryInSeconds, topic: 'long and sub-second windows' },
  { wrong: 'window length in 32 bits', Store: time.LengthIn32Bits, topic: 'long and sub-second windows' },
  { wrong: 'clock in whole seconds', Store: time.ClockInSeconds, topic: 'long and sub-second windows' },
  { wrong: 'expiry extended on each hit', Store: time.ExpiryExtended, topic: 'expiry' },
  { wrong: 'expiry never set', Store: time.ExpiryNeverSet, topic: 'expiry' },
  { wrong: 'expiry lost on the second write', Store: time.ExpiryLostOnSecondWrite, topic: 'expiry' },
  { wrong: 'expiry before the end', Store: time.ExpiryEarly, topic: 'expiry' },
  { wrong: 'leaves notes behind', Store: time.LeavesNotes, topic: 'expiry' },
  { wrong: 'expiry not healed', Store: time.ExpiryNotHealed, topic: 'healed expiry' },
  { wrong: 'one poisoned key fails the batch', Store: keys.PoisonFailsBatch, topic: 'poisoned counters' },
  { wrong: 'poisoned key overwritten', Store: keys.PoisonOverwritten, topic: 'poisoned counters' },
  { wrong: 'poisoned window charges its siblings', Store: keys.PoisonChargesSiblings, topic: 'poisoned counters' },
  {
    wrong: 'refund overwrites a poisoned key',
    Store: refundAndClear.RefundOverwritesPoison,
    topic: 'poisoned counters',
  },
  { wrong: 'keys collide: case', Store: keys.KeysWithoutCase, topic: 'key collisions' },
  { wrong: 'keys collide: cut off', Store: keys.KeysCutOff, topic: 'key collisions' },
  { wrong: 'keys collide: run together', Store: keys.KeysRunTogether, topic: 'key collisions' },
  { wrong: 'keys collide: anchors', Store: keys.KeysWithoutAnchor, topic: 'key collisions' },
  { wrong: 'keys collide: lengths in 32 bits', Store: keys.KeysWithLengthIn32Bits, topic: 'key collisions' },
  { wrong: 'keys collide: decoded', Store: keys.KeysDecoded, topic: 'key collisions' },
  { wrong: "caller's clock", Store: time.CallersClock, topic: "callers' clocks" },
  { wrong: "caller's clock with an offset", Store: time.ClockByOffset, topic: "callers' clocks" },
  { wrong: "refund by the caller's clock", Store: refundAndClear.RefundByCallersClock, topic: "callers' clocks" },
  { wrong: 'forgotten script counts twice', Store: keys.ScriptRunsTwice, topic: 'forgotten scripts' },
  { wrong: 'script loaded once for good', Store: keys.ScriptLoadedOnce, topic: 'forgotten scripts' },
  { wrong: 'denial consumes', Store: counting.DenialConsumes, topic: 'denials' },
  { wrong: 'denial extends the expiry', Store: counting.DenialExtends, topic: 'denials' },
  { wrong: 'remaining rises', Store: counting.StaleReads, topic: 'remaining' },
  { wrong: 'the window is extended on each hit', Store: time.WindowExtended, topic: 'resetAt' },
  { wrong: 'a list reads its counters once', Store: counting.ReadsListOnce, topic: 'model' },
]
