import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, FaultSource } from './fault-source.ts'
import { garbage } from './garbage.ts'
import { firstHalf, type HttpReply, madeUpReply, spoiltReply } from './http-faults.ts'
import type { HttpForwarder } from './http-forward.ts'
import { pieces } from './lane.ts'

/** Handles a request until its response. */
export class HttpExchange {
  readonly #source: FaultSource
  readonly #forwarder: HttpForwarder
  readonly #signal: AbortSignal
  readonly #cutSilentAfterMs: number | undefined

  constructor(
    source: FaultSource,
    forwarder: HttpForwarder,
    signal: AbortSignal,
    cutSilentAfterMs: number | undefined,
  ) {
    this.#source = source
    this.#forwarder = forwarder
    this.#signal = signal
    this.#cutSilentAfterMs = cutSilentAfterMs
  }

  /** Rejects when the client gets no response because the server gives none. */
  async run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const fault = this.#source.draw(commandOf(request.url ?? '/', body))
    if (fault === undefined) return send(response, await this.#forwarder.send(request, body))
    if (await this.#failsBefore(fault, request.socket, response)) return
    const reply = await this.#forwarder.send(request, body)
    if (request.socket.destroyed) return // the fault never reaches anybody
    await this.#answer(fault, request.socket, response, reply)
  }

  /** Does what happens before the server gets the request; true when it never gets it. */
  async #failsBefore(fault: Fault, socket: Socket, response: ServerResponse): Promise<boolean> {
    switch (fault.kind) {
      case 'refuse':
        this.#source.refuse(fault)
        this.#source.happened(fault)
        cut(socket, fault)
        return true
      case 'cut-before':
        this.#source.happened(fault)
        cut(socket, fault)
        return true
      case 'half-open':
        this.#source.happened(fault)
        this.#fallSilent(socket)
        return true
    }
    if (fault.ran) return false
    if (fault.kind === 'delay') {
      this.#source.happened(fault)
      await this.#wait(this.#source.durationMs(fault))
      return false
    }
    const reply = madeUpReply(fault)
    if (reply === undefined) return false
    this.#source.happened(fault)
    send(response, reply)
    return true
  }

  /** Does what happens once the server has answered. */
  async #answer(fault: Fault, socket: Socket, response: ServerResponse, reply: HttpReply): Promise<void> {
    if (fault.kind === 'delay' && !fault.ran) return send(response, reply)
    this.#source.happened(fault)
    switch (fault.kind) {
      case 'cut-after':
        return cut(socket, fault)
      case 'cut-during':
        socket.write(firstHalf(reply))
        return socket.destroySoon()
      case 'garbage':
        socket.write(garbage(fault.amount))
        return socket.destroySoon()
      case 'drop-reply':
        return this.#fallSilent(socket)
      case 'throttle':
        return this.#trickle(response, reply, this.#source.durationMs(fault))
      case 'delay':
        await this.#wait(this.#source.durationMs(fault))
        return send(response, reply)
      default:
        return send(response, madeUpReply(fault) ?? spoiltReply(fault, reply) ?? reply)
    }
  }

  async #trickle(response: ServerResponse, { status, headers, body }: HttpReply, ms: number): Promise<void> {
    response.writeHead(status, headers)
    for (const piece of pieces(body, ms)) {
      response.write(piece)
      await this.#wait(1)
    }
    response.end()
  }

  /** Without a response nothing more goes over a connection of HTTP/1.1. */
  #fallSilent(socket: Socket): void {
    if (this.#cutSilentAfterMs === undefined) return
    const timer = setTimeout(() => socket.resetAndDestroy(), this.#cutSilentAfterMs)
    socket.once('close', () => clearTimeout(timer))
  }

  #wait(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#signal })
  }
}

function send(response: ServerResponse, { status, headers, body }: HttpReply): void {
  response.writeHead(status, headers).end(body)
}

/** Connections die either way; the seed says which. */
function cut(socket: Socket, { amount }: Fault): void {
  if (amount < 0.5) socket.resetAndDestroy()
  else socket.destroy()
}

/** The command in upper case: the first of a body in Upstash's format, else the first segment of the path. */
function commandOf(url: string, body: Buffer): string {
  const [, segment = ''] = /^\/([^/?]*)/.exec(url) ?? []
  const isBody = ['', 'pipeline', 'multi-exec'].includes(segment)
  const [, name = segment] = isBody ? (/^\s*\[[\s[]*"([^"]*)"/.exec(body.toString('latin1', 0, 200)) ?? []) : []
  return name.toUpperCase()
}
