import * as adjustments from './adjustments.ts'
import * as badCounters from './bad-counters.ts'
import * as calendars from './calendars-and-units.ts'
import * as clears from './clears.ts'
import * as counting from './counting.ts'
import * as denials from './denials-and-reads.ts'
import * as keys from './keys.ts'
import * as shortcuts from './shortcuts.ts'
import * as time from './time.ts'
import * as tokens from './tokens.ts'
import { type WrongStore, wrongShortcutsIn } from './wrong-store.ts'

/** Stores whose `apply` is right and whose `answersAtOnce` is wrong, and the topic that catches each. */
export const wrongShortcuts: readonly WrongStore[] = [
  ...wrongShortcutsIn('takes', [
    ['ignores times', counting.IgnoresTimes],
    ['counts one unit too many', counting.OffByOne],
    ['counts in 32 bits', counting.CountsIn32Bits],
    ['answers with a promise', shortcuts.AnswersPromise],
    ['has its own counters', shortcuts.OwnCounters],
  ]),
  ...wrongShortcutsIn('reads', [
    ['ignores cost 0', denials.ReadTakes],
    ['opens windows that are read', denials.ReadOpens],
    ['admits cost 0 in debt', denials.DebtAdmitsReads],
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
    ['creates counters on denials', denials.DenialCreates],
    ['consumes on denials', denials.DenialConsumes],
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
  ]),
  ...wrongShortcutsIn('tokens', [
    ['forgets tokens', tokens.ForgetsTokens],
    ['keeps tokens to itself', tokens.TokensPerConnection],
    ['does not mark repeats', tokens.RepeatsUnmarked],
  ]),
  ...wrongShortcutsIn('stale tokens', [['accepts stale tokens', tokens.StaleAccepted]]),
  ...wrongShortcutsIn('large adjustments', [['changes some windows, then fails', adjustments.AdjustsOneByOne]]),
  ...wrongShortcutsIn('identifiers', [
    ['ignores the scope', shortcuts.SameIdSameCounter],
    ['ignores case', keys.KeysWithoutCase],
  ]),
  ...wrongShortcutsIn('many counters', [['hashes keys to 16 bits', keys.KeysHashed]]),
  ...wrongShortcutsIn("callers' clocks", [["goes by the caller's clock", time.CallersClock]]),
  ...wrongShortcutsIn('expiry', [['never sets an expiry', time.ExpiryNeverSet]]),
  ...wrongShortcutsIn('bad counters', [['overwrites bad counters', badCounters.BadOverwritten]]),
  ...wrongShortcutsIn('limiters', [['charges a window although another denied', counting.ChargesSiblings]]),
  ...wrongShortcutsIn('model', [['leaves windows of cost 0 closed', counting.OpensChargedOnly]]),
]
