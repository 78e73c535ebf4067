import { toHash } from '../setup/link.ts'
import { day, time } from '../text/format.ts'
import { copy } from './copy.ts'
import { Choice } from './fields.ts'
import { html, type View } from './html.ts'
import type { Playground } from './use-playground.ts'

const SPEEDS = [
  ['0.1', 'a tenth'],
  ['0.5', 'half'],
  ['1', 'real time'],
  ['5', '5 times'],
  ['60', '1 min per s'],
  ['3600', '1 h per s'],
  ['172800', '2 d per s'],
] as const

interface Props {
  readonly playground: Playground
  readonly id: string
  readonly say: (text: string) => void
}

/** The clock that the limiters read: runs, pauses, is stepped and sped up. */
export function ClockBar({ playground, id, say }: Props): View {
  const { setup, run, isRunning, setRunning, act, restart, setSetup } = playground
  const stepTo = (at: number): void => {
    setRunning(false)
    if (at < Number.POSITIVE_INFINITY) act((each) => each.advance(at))
  }
  const copyLink = async (): Promise<void> => {
    if (run === undefined) return
    const hash = toHash({ ...setup, until: `${run.now - run.start}ms` })
    say(await copy(`${location.href.split('#')[0]}#${hash}`, 'The link to this moment'))
  }
  const speeds = SPEEDS.some(([value]) => value === String(setup.speed))
    ? SPEEDS
    : [...SPEEDS, [String(setup.speed), `${setup.speed} times`] as const]
  return html`
    <section class="clock" aria-label="Clock">
      <p class="time"><b data-now=${run?.now}>${run && time(run.now)}</b> <span class="soft small">${run && day(run.now)} UTC</span></p>
      <div class="row">
        <button type="button" class="main" onClick=${() => setRunning(!isRunning)}>${isRunning ? 'Pause' : 'Run'}</button>
        <button type="button" onClick=${() => run && stepTo(run.nextAt)}>Next call</button>
        <button type="button" onClick=${() => run && stepTo(run.nextEnd(id))}>Next window</button>
        <button type="button" onClick=${restart}>Restart</button>
        <button type="button" onClick=${copyLink}>Copy link</button>
        <${Choice} label="Speed" value=${String(setup.speed)} choices=${speeds} onValue=${(speed: string) => setSetup({ ...setup, speed: Number(speed) })} />
      </div>
    </section>
  `
}
