import * as adjustments from './adjustments.ts'
import * as badCounters from './bad-counters.ts'
import * as calendars from './calendars-and-units.ts'
import * as clears from './clears.ts'
import * as counting from './counting.ts'
import * as denials from './denials-and-reads.ts'
import * as keys from './keys.ts'
import * as layout from './layout.ts'
import * as lists from './lists.ts'
import * as time from './time.ts'
import * as tokens from './tokens.ts'
import { wrongShortcuts } from './wrong-shortcuts.ts'
import { type WrongStore, wrongIn, wrongLayout } from './wrong-store.ts'

const WRONG_STORES: readonly WrongStore[] = [
  ...wrongIn('takes', [
    ['off by one', counting.OffByOne],
    ['the last unit is denied', counting.DeniesTheLastUnit],
    ['times ignored', counting.IgnoresTimes],
    ['all of times or none', counting.AllTimesOrNone],
    ['counts in 32 bits', counting.CountsIn32Bits],
    ['quotients are rounded', counting.RoundsQuotients],
    ['timesTaken is units', counting.CountsUnitsTaken],
  ]),
  ...wrongIn('reads', [
    ['a read takes', denials.ReadTakes],
    ['a read opens the window', denials.ReadOpens],
    ['a debt admits cost 0', denials.DebtAdmitsReads],
    ['a full window denies cost 0', denials.FullDeniesReads],
  ]),
  ...wrongIn('several windows', [
    ['all-or-nothing is partial', counting.ChargesSiblings],
    ['a denial opens the siblings', counting.OpensSiblings],
    ['the first cost is charged to all', counting.FirstCostForAll],
    ['only the first window is checked', counting.OnlyFirstWindow],
    ['windows of cost 0 stay closed', counting.OpensChargedOnly],
    ['windows answered in another order', counting.SortsWindows],
  ]),
  ...wrongIn('denials', [
    ['a denial consumes', denials.DenialConsumes],
    ['a denial creates', denials.DenialCreates],
    ['a denial extends the expiry', denials.DenialExtends],
  ]),
  ...wrongIn('atomicity', [
    ['takes read, then write', counting.ReadsThenWrites],
    ['adjustments read, then write', adjustments.AdjustsInTwoSteps],
  ]),
  ...wrongIn('one window', [
    ['reads are stale', denials.StaleReads],
    ['the window is extended on each hit', time.WindowExtended],
  ]),
  ...wrongIn('windows in time', [
    ['a window never ends', time.NeverEnds],
    ['epoch windows begin with the first hit', time.EpochAsFirstHit],
    ['first-hit windows follow each other', time.FirstHitFollows],
  ]),
  ...wrongIn('window lengths', [
    ['expiry in whole seconds', time.ExpiryInSeconds],
    ['length in 32 bits', time.LengthIn32Bits],
    ['clock in whole seconds', time.ClockInSeconds],
  ]),
  ...wrongIn('calendars', [
    ['never outside', calendars.NeverOutside],
    ['outside only after the last boundary', calendars.OutsideAfterOnly],
    ['a boundary belongs to the window it ends', calendars.BoundaryEndsLate],
    ['boundaries are remembered', calendars.BoundariesRemembered],
    ['candidates win over the stored end', calendars.CandidatesWin],
    ['another end is another counter', calendars.OtherEndIsAnotherCounter],
    ['a far end is not healed', calendars.FarEndNotHealed],
    ['healing a far end loses units', calendars.HealingForgets],
    ['what is outside charges its siblings', calendars.OutsideChargesSiblings],
    ['the zone is ignored', calendars.ZoneIgnored],
    ['boundaries are part of the key', calendars.EndsInKey],
  ]),
  ...wrongIn('units', [
    ['the unit is ignored', calendars.UnitIgnored],
    ['units without case', calendars.UnitWithoutCase],
    ['no unit is called undefined', calendars.UnitUndefined],
    ['the unit runs into the length', calendars.UnitRunsIntoLength],
  ]),
  ...wrongIn('dynamic limits', [
    ['the limit is part of the key', counting.LimitInKey],
    ['denials are remembered', counting.RemembersDenials],
  ]),
  ...wrongIn('clears', [
    ['all windows are cleared', clears.ClearsAllWindows],
    ['clears by pattern', clears.ClearsByPattern],
    ['only the first window is cleared', clears.ClearsFirstWindow],
    ['first-hit windows keep their end', clears.FirstHitKeepsEnd],
    ['a clear moves the end', clears.ClearMovesEnd],
    ['a clear creates', clears.ClearCreates],
  ]),
  ...wrongIn('generations', [
    ['generations are forgotten', clears.ForgetsGenerations],
    ['the generation stays at 1', clears.GenerationStaysAtOne],
    ['adjustments ignore the generation', adjustments.IgnoresGeneration],
  ]),
  ...wrongIn('adjustments', [
    ['an adjustment creates', adjustments.AdjustCreates],
    ['the next window is adjusted', adjustments.AdjustsNextWindow],
    ['more is given back than was used', adjustments.GivesBackBelowZero],
    ['charges stop at a limit', adjustments.ChargesUpToALimit],
    ['charges are ignored', adjustments.OnlyGivesBack],
    ['an emptied window closes', adjustments.EmptyingCloses],
    ['an adjustment moves the expiry', adjustments.AdjustMovesExpiry],
    ['one ended window ends all', adjustments.EndedEndsAll],
  ]),
  ...wrongIn('large adjustments', [
    ['an overflow is capped', adjustments.OverflowCapped],
    ['an overflow comes too late', adjustments.AdjustsOneByOne],
  ]),
  ...wrongIn('tokens', [
    ['tokens are forgotten', tokens.ForgetsTokens],
    ['tokens belong to the connection', tokens.TokensPerConnection],
    ['tokens belong to all identifiers', tokens.TokensOfAll],
    ['tokens without case', tokens.TokensWithoutCase],
    ['tokens of names that look the same', tokens.TokensRunTogether],
    ['tokens end with the window', tokens.TokensEndWithWindow],
    ['tokens end with a clear', clears.ClearForgetsTokens],
    ['repeats are not marked', tokens.RepeatsUnmarked],
    ['repeats are answered anew', tokens.RepeatsAnswerAnew],
  ]),
  ...wrongIn('stale tokens', [
    ['stale tokens are accepted', tokens.StaleAccepted],
    ['stale tokens are unknown', tokens.StaleUnknown],
    ['stale tokens are refused for ended windows', tokens.StaleBeforeEnded],
    ['tokens of ended windows are remembered', tokens.RemembersEnded],
    ['tokens of failures are remembered', tokens.RemembersFailed],
    ['tokens are kept for good', tokens.TokensForever],
  ]),
  ...wrongIn('lists', [
    ['an empty list fails', lists.EmptyListFails],
    ['a list reads its counters once', lists.ReadsListOnce],
    ['takes come before the rest', lists.TakesFirst],
    ['answers in the order of identifiers', lists.AnswersByIdentifier],
    ['a long list is cut off', lists.LongListCutOff],
    ['answers are one object', lists.AnswersReused],
    ['equal takes are merged', lists.EqualTakesMerged],
  ]),
  ...wrongIn('identifiers', [
    ['keys without case', keys.KeysWithoutCase],
    ['keys cut off', keys.KeysCutOff],
    ['keys run together', keys.KeysRunTogether],
    ['keys without scope', keys.KeysWithoutScope],
    ['keys without anchor', keys.KeysWithoutAnchor],
    ['lengths of 32 bits in keys', keys.KeysWithLengthIn32Bits],
    ['keys decoded', keys.KeysDecoded],
    ['keys in a plain object', keys.KeysInPlainObject],
  ]),
  ...wrongIn('many counters', [
    ['keys hashed to 16 bits', keys.KeysHashed],
    ['no more than 65,536 counters', keys.BoundedTo65536],
  ]),
  wrongLayout('windows of other deployments are dropped', layout.DropsUnknownWindows),
  wrongLayout('the key expires with the windows named', layout.ExpiresWithOwnWindows),
  wrongLayout('a clear removes the key', layout.ClearRemovesKey),
  wrongLayout('counters by their place', layout.WindowsByPlace),
  ...wrongIn("callers' clocks", [
    ["the caller's clock", time.CallersClock],
    ["the caller's clock with an offset", time.ClockByOffset],
    ["adjustments by the caller's clock", adjustments.AdjustsByCallersClock],
  ]),
  ...wrongIn('expiry', [
    ['expiry extended on each hit', time.ExpiryExtended],
    ['expiry never set', time.ExpiryNeverSet],
    ['expiry set afterwards', time.ExpirySetAfterwards],
    ['expiry lost on the second write', time.ExpiryLostOnSecondWrite],
    ['expiry before the end', time.ExpiryEarly],
    ['notes are left behind', time.LeavesNotes],
  ]),
  ...wrongIn('healed expiry', [
    ['a lost expiry is not healed', time.ExpiryNotHealed],
    ['a healed counter starts anew', time.HealingStartsAnew],
  ]),
  ...wrongIn('bad counters', [
    ['one fails the list', badCounters.BadFailsList],
    ['overwritten by takes', badCounters.BadOverwritten],
    ['overwritten by adjustments', adjustments.AdjustOverwritesBad],
    ['siblings are charged', badCounters.BadChargesSiblings],
    ['denied instead of failed', badCounters.BadDenied],
    ['kept by a clear', clears.ClearKeepsBad],
  ]),
  ...wrongIn('forgotten scripts', [
    ['operations run twice', lists.ScriptRunsTwice],
    ['the script is loaded once', lists.ScriptLoadedOnce],
  ]),
  ...wrongIn('limiters', [
    ['a denial consumes', denials.DenialConsumes],
    ['a read takes', denials.ReadTakes],
    ['all-or-nothing is partial', counting.ChargesSiblings],
    ['adjustments ignore the generation', adjustments.IgnoresGeneration],
    ["the caller's clock", time.CallersClock],
  ]),
  ...wrongIn('model', [
    ['windows of cost 0 stay closed', counting.OpensChargedOnly],
    ['a list reads its counters once', lists.ReadsListOnce],
    ['generations are forgotten', clears.ForgetsGenerations],
    ['tokens are forgotten', tokens.ForgetsTokens],
    ['an overflow is capped', adjustments.OverflowCapped],
    ['candidates win over the stored end', calendars.CandidatesWin],
    ['the unit is ignored', calendars.UnitIgnored],
  ]),
]

export const wrongStores: readonly WrongStore[] = [...WRONG_STORES, ...wrongShortcuts]
