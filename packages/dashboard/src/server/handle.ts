import { ActionRunner } from './actions.ts'
import type { Figures } from './figures/figures.ts'
import { emptySnapshotEvent, limiterEvent, snapshotEvent } from './figures/snapshot.ts'
import type { Incoming, OpenStream, Outgoing } from './http/exchange.ts'
import { SECURITY_HEADERS } from './http/headers.ts'
import type { Settings } from './options.ts'
import { pageText } from './page.ts'
import { permit } from './permit.ts'
import type { ProcessLimits } from './process-limits.ts'
import { Refused } from './refused.ts'
import { actionOf, methodsOf, type Route, routeOf } from './routes.ts'
import { checkSameSite, checkStreamOfOwnPage } from './same-site.ts'
import { Streams } from './stream/streams.ts'

const MAX_BODY = 16_000
const JSON_TYPE = 'application/json; charset=utf-8'

/** Answers the requests of one dashboard, whatever server they come by. */
export class Handler<Native> {
  readonly #settings: Settings<Native>
  readonly #figures: Figures
  readonly #limits: ProcessLimits
  readonly #isCounting: boolean
  readonly #actions: ActionRunner
  readonly #streams: Streams
  #isClosed = false

  /** @param isCounting Whether the figures are of this process. */
  constructor(settings: Settings<Native>, figures: Figures, limits: ProcessLimits, isCounting: boolean) {
    this.#settings = settings
    this.#figures = figures
    this.#limits = limits
    this.#isCounting = isCounting
    this.#actions = new ActionRunner(figures, limits, settings)
    this.#streams = new Streams({
      greeting: () => figures.limiters.map((shown) => limiterEvent(shown, isCounting)),
      snapshot: () => snapshotEvent(figures, settings.deniedMost),
    })
  }

  close(): void {
    this.#isClosed = true
    this.#streams.close()
    this.#figures.stop()
  }

  async answer(request: Incoming<Native>): Promise<Outgoing> {
    const route = routeOf(request.path)
    try {
      const { user } = await permit(this.#settings, request.native, actionOf(route))
      const { status, headers, body } = await this.#answer(route, request, user)
      return { status, body, headers: { ...SECURITY_HEADERS, ...headers } }
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('failed', 'The dashboard could not answer.')
      const headers = { ...SECURITY_HEADERS, 'content-type': JSON_TYPE, ...refused.headers }
      return { status: refused.status, headers, body: JSON.stringify(refused.body) }
    }
  }

  async #answer(route: Route, request: Incoming<Native>, user: string | undefined): Promise<Outgoing> {
    if (this.#isClosed) throw new Refused('unavailable', 'The dashboard is closed.')
    if (route.kind === 'unknown') throw new Refused('not-found', 'There is nothing of this name.')
    const methods = methodsOf(route)
    if (!methods.includes(request.method)) {
      throw new Refused('wrong-method', `The method must be ${methods.join(' or ')}.`, { allow: methods.join(', ') })
    }
    switch (route.kind) {
      case 'page': {
        const { type, text } = await pageText(route.path)
        return { status: 200, headers: { 'content-type': type }, body: text }
      }
      case 'redirect':
        return { status: 308, headers: { location: route.to }, body: '' }
      case 'stream':
        return this.#openStream(request)
      case 'action': {
        checkSameSite(request, this.#settings.origins)
        const body = await this.#actions.run(route.path, await request.json(MAX_BODY), user)
        return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) }
      }
    }
  }

  #openStream(request: Incoming<Native>): Outgoing {
    checkStreamOfOwnPage(request)
    const release = this.#limits.takeStream()
    const open: OpenStream = (sink) => {
      if (this.#isCounting && !this.#isClosed) return this.#streams.open(sink, release)
      sink.write(this.#figures.limiters.map((shown) => limiterEvent(shown, false)).join('') + emptySnapshotEvent())
      sink.end()
      release()
      return () => {}
    }
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      // Middleware that compresses, and proxies, would hold the stream back.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    }
    return { status: 200, headers, body: open }
  }
}
