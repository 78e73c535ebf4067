import { connect, type Socket } from 'node:net'
import type { Fault, FaultSource } from './fault-source.ts'
import { commandOf, FrameScanner, isPush } from './frame-scanner.ts'
import { garbage } from './garbage.ts'
import { Lane, pieces } from './lane.ts'

/** After one of these, what the server sends is no longer one reply to each request. */
const STREAMING: ReadonlySet<string> = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'SYNC', 'PSYNC'])

/** Settings of a {@link RespConnection}. */
export interface RespConnectionSettings {
  targetPort: number
  source: FaultSource
  cutSilentAfterMs: number | undefined
  onClosed: () => void
}

/**
 * One client's connection, and the one to the server behind it. Requests and replies pass in order. From a command on that
 * makes the server stream, everything passes as it is.
 */
export class RespConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #toClient: Lane
  readonly #toServer: Lane
  readonly #requests = new FrameScanner()
  readonly #replies = new FrameScanner()
  /** One entry for each request the server has yet to answer: what will happen to its reply. */
  readonly #unanswered: (Fault | undefined)[] = []
  readonly #source: FaultSource
  readonly #cutSilentAfterMs: number | undefined
  #state: 'open' | 'streaming' | 'silent' | 'cut' = 'open'
  #silenceTimer: NodeJS.Timeout | undefined

  constructor(client: Socket, { targetPort, source, cutSilentAfterMs, onClosed }: RespConnectionSettings) {
    this.#client = client
    this.#server = connect({ host: '127.0.0.1', port: targetPort, noDelay: true })
    this.#toClient = new Lane(client)
    this.#toServer = new Lane(this.#server)
    this.#source = source
    this.#cutSilentAfterMs = cutSilentAfterMs
    client.on('data', (chunk) => this.#corked(this.#server, () => this.#receiveRequests(chunk)))
    this.#server.on('data', (chunk) => this.#corked(client, () => this.#receiveReplies(chunk)))
    client.on('end', () => this.#clientLeft())
    this.#server.on('end', () => this.#serverLeft())
    client.on('close', () => this.#clientLeft())
    this.#server.on('close', () => this.#serverLeft())
    let open = 2
    for (const socket of [client, this.#server]) {
      socket.on('error', () => undefined) // 'close' follows
      socket.on('close', () => {
        open -= 1
        if (open === 0) onClosed()
      })
    }
  }

  /** Ends both connections now. The client sees a reset, or an orderly end when `orderly`, behind what was sent already. */
  cut(orderly = false): void {
    this.#state = 'cut'
    this.#forgetTheRest()
    this.#server.destroy()
    if (orderly) this.#client.destroySoon()
    else this.#client.resetAndDestroy()
  }

  /** All that a chunk leads to is one write. */
  #corked(target: Socket, work: () => void): void {
    target.cork()
    work()
    target.uncork()
  }

  #receiveRequests(chunk: Buffer): void {
    for (const request of this.#requests.push(chunk)) {
      if (this.#state === 'silent' || this.#state === 'cut') return
      this.#passRequest(request)
    }
  }

  #passRequest(request: Buffer): void {
    const command = commandOf(request)
    if (STREAMING.has(command)) this.#state = 'streaming'
    const fault = this.#state === 'streaming' ? undefined : this.#source.draw(command)
    if (fault !== undefined && this.#failedBefore(fault)) return
    if (this.#state === 'open') this.#unanswered.push(fault)
    this.#toServer.add(request)
  }

  /** Does what happens before the server gets the request; true when it never gets it. */
  #failedBefore(fault: Fault): boolean {
    switch (fault.kind) {
      case 'refuse':
        this.#source.refuse(fault)
        this.#source.happened(fault)
        this.cut(isOrderly(fault))
        return true
      case 'cut-before':
        this.#source.happened(fault)
        this.cut(isOrderly(fault))
        return true
      case 'half-open':
        this.#source.happened(fault)
        this.#fallSilent()
        return true
      case 'delay':
        if (!fault.ran) {
          this.#source.happened(fault)
          this.#toServer.add(this.#source.durationMs(fault))
        }
        return false
      default:
        return false
    }
  }

  #receiveReplies(chunk: Buffer): void {
    for (const reply of this.#replies.push(chunk)) {
      if (this.#state === 'silent' || this.#state === 'cut') return
      const fault = isPush(reply) ? undefined : this.#unanswered.shift()
      if (fault === undefined) this.#toClient.add(reply)
      else this.#failAfter(fault, reply)
    }
  }

  /** Does what happens once the server has answered. A reply that is still held back comes first. */
  #failAfter(fault: Fault, reply: Buffer): void {
    const happen = (effect: () => void): void =>
      this.#toClient.add(() => {
        this.#source.happened(fault)
        effect()
      })
    switch (fault.kind) {
      case 'cut-after':
        return happen(() => this.cut(isOrderly(fault)))
      case 'cut-during':
        this.#toClient.add(reply.subarray(0, Math.floor(reply.length / 2)))
        return happen(() => this.cut(true))
      case 'garbage':
        this.#toClient.add(garbage(fault.amount))
        return happen(() => this.cut(true))
      case 'drop-reply':
        return happen(() => this.#fallSilent())
      case 'throttle':
        happen(() => undefined)
        for (const piece of pieces(reply, this.#source.durationMs(fault))) {
          this.#toClient.add(piece)
          this.#toClient.add(1)
        }
        return
      case 'delay':
        if (fault.ran) {
          happen(() => undefined)
          this.#toClient.add(this.#source.durationMs(fault))
        }
        return this.#toClient.add(reply)
      default:
        return this.#toClient.add(reply)
    }
  }

  #fallSilent(): void {
    this.#state = 'silent'
    this.#forgetTheRest()
    if (this.#cutSilentAfterMs !== undefined) this.#silenceTimer = setTimeout(() => this.cut(), this.#cutSilentAfterMs)
  }

  #forgetTheRest(): void {
    this.#toClient.close()
    this.#toServer.close()
  }

  /** Data that the client sent before it left still arrives, as it does on a network. */
  #clientLeft(): void {
    clearTimeout(this.#silenceTimer)
    this.#toClient.close()
    if (this.#state === 'silent') this.#server.destroy()
    else this.#toServer.add(() => this.#server.destroySoon())
  }

  #serverLeft(): void {
    this.#toServer.close()
    if (this.#state !== 'silent') this.#toClient.add(() => this.#client.destroySoon())
  }
}

/** Connections die either way; the seed says which. */
function isOrderly({ amount }: Fault): boolean {
  return amount >= 0.5
}
