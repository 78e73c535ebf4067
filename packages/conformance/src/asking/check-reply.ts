import type { Adjustment, AdjustReply, Operation, Outside, Reply, Take, TakeReply } from '@rl/core'

/** The reply, if it has the shape and the ranges that the contract promises. Throws otherwise. */
export function checkReply(operation: Operation, reply: Reply | Error | undefined): Reply | Error {
  if (reply instanceof Error) return reply
  const fault = typeof reply === 'object' && reply !== null ? faultOf(operation, reply) : 'it is no object'
  if (fault === undefined) return reply as Reply
  throw new Error(`a ${operation.kind} was answered by ${JSON.stringify(reply)}: ${fault}`)
}

function faultOf(operation: Operation, reply: Reply): string | undefined {
  if (!isCount(reply.now) || reply.now === 0) return 'now is no integer above 0'
  if (operation.kind === 'take') {
    return 'outside' in reply ? outsideFault(reply) : takeFault(operation, reply as TakeReply)
  }
  return operation.kind === 'adjust' ? adjustFault(operation, reply as AdjustReply) : undefined
}

function outsideFault({ outside }: Outside): string | undefined {
  return outside === true ? undefined : 'outside is neither missing nor true'
}

function takeFault({ windows, times }: Take, reply: TakeReply): string | undefined {
  if (!isCount(reply.timesTaken) || reply.timesTaken > times) return `timesTaken is no integer from 0 to ${times}`
  if (!isListOf(reply.windows, windows.length)) return `windows has not ${windows.length} elements`
  for (const { used, resetAt, generation } of reply.windows) {
    if (!isCount(used)) return 'used is no integer from 0 to 2^53-1'
    if (!isCount(resetAt) || resetAt <= reply.now) return 'resetAt is no integer above now'
    if (!isCount(generation)) return 'generation is no integer from 0'
  }
  return undefined
}

function adjustFault({ windows }: Adjustment, reply: AdjustReply): string | undefined {
  if (typeof reply.repeated !== 'boolean') return 'repeated is no boolean'
  if (!isListOf(reply.windows, windows.length)) return `windows has not ${windows.length} elements`
  for (const window of reply.windows) {
    if (window === 'ended') continue
    if (!Number.isSafeInteger(window.applied)) return 'applied is no integer'
    if (!isCount(window.used)) return 'used is no integer from 0 to 2^53-1'
  }
  return undefined
}

function isListOf(list: unknown, length: number): boolean {
  return Array.isArray(list) && list.length === length
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
