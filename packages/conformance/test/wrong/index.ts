import * as adjustments from './adjustments.ts'
import * as calendars from './calendars-and-units.ts'
import * as clears from './clears.ts'
import * as counting from './counting.ts'
import * as keys from './keys-and-lists.ts'
import * as layout from './layout.ts'
import * as shortcuts from './shortcuts.ts'
import * as time from './time.ts'
import { type WrongStore, wrongIn, wrongLayout, wrongShortcutsIn } from './wrong-store.ts'

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
    ['a read takes', counting.ReadTakes],
    ['a read opens the window', counting.ReadOpens],
    ['a debt admits cost 0', counting.DebtAdmitsReads],
    ['a full window denies cost 0', counting.FullDeniesReads],
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
    ['a denial consumes', counting.DenialConsumes],
    ['a denial creates', counting.DenialCreates],
    ['a denial extends the expiry', counting.DenialExtends],
  ]),
  ...wrongIn('atomicity', [
    ['takes read, then write', counting.ReadsThenWrites],
    ['adjustments read, then write', adjustments.AdjustsInTwoSteps],
  ]),
  ...wrongIn('one window', [
    ['reads are stale', counting.StaleReads],
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
    ['an overflow is capped', adjustments.OverflowCapped],
    ['an overflow comes too late', adjustments.AdjustsOneByOne],
    ['one ended window ends all', adjustments.EndedEndsAll],
  ]),
  ...wrongIn('tokens', [
    ['tokens are forgotten', adjustments.ForgetsTokens],
    ['tokens belong to the connection', adjustments.TokensPerConnection],
    ['tokens belong to all identifiers', adjustments.TokensOfAll],
    ['tokens without case', adjustments.TokensWithoutCase],
    ['tokens of names that look alike', adjustments.TokensRunTogether],
    ['tokens are kept for good', adjustments.TokensForever],
    ['tokens end with the window', adjustments.TokensEndWithWindow],
    ['tokens end with a clear', clears.ClearForgetsTokens],
    ['repeats are not marked', adjustments.RepeatsUnmarked],
    ['repeats are answered anew', adjustments.RepeatsAnswerAnew],
    ['stale tokens are accepted', adjustments.StaleAccepted],
    ['stale tokens are unknown', adjustments.StaleUnknown],
    ['stale tokens are refused for ended windows', adjustments.StaleBeforeEnded],
    ['tokens of ended windows are remembered', adjustments.RemembersEnded],
    ['tokens of failures are remembered', adjustments.RemembersFailed],
  ]),
  ...wrongIn('lists', [
    ['an empty list fails', keys.EmptyListFails],
    ['a list reads its counters once', keys.ReadsListOnce],
    ['takes come before the rest', keys.TakesFirst],
    ['answers in the order of identifiers', keys.AnswersByIdentifier],
    ['a long list is cut off', keys.LongListCutOff],
    ['answers are one object', keys.AnswersReused],
    ['equal takes are merged', keys.EqualTakesMerged],
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
    ['expiry lost on the second write', time.ExpiryLostOnSecondWrite],
    ['expiry before the end', time.ExpiryEarly],
    ['notes are left behind', time.LeavesNotes],
  ]),
  ...wrongIn('healed expiry', [
    ['a lost expiry is not healed', time.ExpiryNotHealed],
    ['a healed counter starts anew', time.HealingStartsAnew],
  ]),
  ...wrongIn('bad counters', [
    ['one fails the list', keys.BadFailsList],
    ['overwritten by takes', keys.BadOverwritten],
    ['overwritten by adjustments', adjustments.AdjustOverwritesBad],
    ['siblings are charged', keys.BadChargesSiblings],
    ['denied instead of failed', keys.BadDenied],
    ['kept by a clear', clears.ClearKeepsBad],
  ]),
  ...wrongIn('forgotten scripts', [
    ['operations run twice', keys.ScriptRunsTwice],
    ['the script is loaded once', keys.ScriptLoadedOnce],
  ]),
  ...wrongIn('limiters', [
    ['a denial consumes', counting.DenialConsumes],
    ['a read takes', counting.ReadTakes],
    ['all-or-nothing is partial', counting.ChargesSiblings],
    ['adjustments ignore the generation', adjustments.IgnoresGeneration],
    ["the caller's clock", time.CallersClock],
  ]),
  ...wrongIn('model', [
    ['windows of cost 0 stay closed', counting.OpensChargedOnly],
    ['a list reads its counters once', keys.ReadsListOnce],
    ['generations are forgotten', clears.ForgetsGenerations],
    ['tokens are forgotten', adjustments.ForgetsTokens],
    ['an overflow is capped', adjustments.OverflowCapped],
    ['candidates win over the stored end', calendars.CandidatesWin],
    ['the unit is ignored', calendars.UnitIgnored],
  ]),
]

const WRONG_SHORTCUTS: readonly WrongStore[] = [
  ...wrongShortcutsIn('takes', [
    ['ignores times', counting.IgnoresTimes],
    ['counts one unit too many', counting.OffByOne],
    ['counts in 32 bits', counting.CountsIn32Bits],
    ['answers with a promise', shortcuts.AnswersPromise],
    ['has its own counters', shortcuts.OwnCounters],
  ]),
  ...wrongShortcutsIn('reads', [
    ['ignores cost 0', counting.ReadTakes],
    ['opens windows that are read', counting.ReadOpens],
    ['admits cost 0 in debt', counting.DebtAdmitsReads],
    ['remembers what it read last', shortcuts.RemembersLast],
  ]),
  ...wrongShortcutsIn('several windows', [
    ['charges a window although another denied', counting.ChargesSiblings],
    ['opens windows although one denied', counting.OpensSiblings],
    ['checks the first window only', counting.OnlyFirstWindow],
    ['charges the first cost to all', counting.FirstCostForAll],
    ['leaves windows of cost 0 closed', counting.OpensChargedOnly],
    ['answers with windows of the take before', shortcuts.ReplyGrows],
  ]),
  ...wrongShortcutsIn('denials', [
    ['creates counters on denials', counting.DenialCreates],
    ['consumes on denials', counting.DenialConsumes],
  ]),
  ...wrongShortcutsIn('windows in time', [
    ['forgets to end windows', time.NeverEnds],
    ['looks at the clock once', shortcuts.ClockStandsStill],
  ]),
  ...wrongShortcutsIn('one window', [
    ['extends the window on each hit', time.WindowExtended],
    ['uses its reply again as it was', shortcuts.StaleReply],
  ]),
  ...wrongShortcutsIn('calendars', [
    ['takes outside the boundaries', calendars.NeverOutside],
    ['ignores the stored end', calendars.CandidatesWin],
  ]),
  ...wrongShortcutsIn('units', [['ignores units', calendars.UnitIgnored]]),
  ...wrongShortcutsIn('dynamic limits', [['remembers denials', counting.RemembersDenials]]),
  ...wrongShortcutsIn('clears', [['clears all windows', clears.ClearsAllWindows]]),
  ...wrongShortcutsIn('generations', [
    ['forgets generations', clears.ForgetsGenerations],
    ['ignores the generation', adjustments.IgnoresGeneration],
  ]),
  ...wrongShortcutsIn('adjustments', [
    ['knows takes only', shortcuts.TakesOnly],
    ['moves the expiry on adjust', adjustments.AdjustMovesExpiry],
    ['creates counters on adjust', adjustments.AdjustCreates],
    ['changes some windows, then fails', adjustments.AdjustsOneByOne],
  ]),
  ...wrongShortcutsIn('tokens', [
    ['forgets tokens', adjustments.ForgetsTokens],
    ['keeps tokens to itself', adjustments.TokensPerConnection],
    ['does not mark repeats', adjustments.RepeatsUnmarked],
    ['accepts stale tokens', adjustments.StaleAccepted],
  ]),
  ...wrongShortcutsIn('identifiers', [
    ['ignores the scope', shortcuts.SameIdSameCounter],
    ['ignores case', keys.KeysWithoutCase],
  ]),
  ...wrongShortcutsIn('many counters', [['hashes keys to 16 bits', keys.KeysHashed]]),
  ...wrongShortcutsIn("callers' clocks", [["goes by the caller's clock", time.CallersClock]]),
  ...wrongShortcutsIn('expiry', [['never sets an expiry', time.ExpiryNeverSet]]),
  ...wrongShortcutsIn('bad counters', [['overwrites bad counters', keys.BadOverwritten]]),
  ...wrongShortcutsIn('limiters', [['charges a window although another denied', counting.ChargesSiblings]]),
  ...wrongShortcutsIn('model', [['leaves windows of cost 0 closed', counting.OpensChargedOnly]]),
]

export const wrongStores: readonly WrongStore[] = [...WRONG_STORES, ...WRONG_SHORTCUTS]
