import {
  startExpress,
  startExpressWithBridge,
  startExpressWithOurs,
  startExpressWithTheirs,
} from './express-servers.ts'
import { startFastify, startFastifyWithOurs, startFastifyWithTheirs } from './fastify-servers.ts'
import {
  EXPRESS,
  EXPRESS_BRIDGE,
  EXPRESS_OURS,
  EXPRESS_THEIRS,
  FASTIFY,
  FASTIFY_OURS,
  FASTIFY_THEIRS,
  type ServerSettings,
  type Start,
} from './subjects.ts'

/** A process with one server: says its port, and then to each number of keys how much processor time it has used. */
const STARTS: Readonly<Record<string, Start>> = {
  [FASTIFY]: startFastify,
  [FASTIFY_OURS]: startFastifyWithOurs,
  [FASTIFY_THEIRS]: startFastifyWithTheirs,
  [EXPRESS]: startExpress,
  [EXPRESS_OURS]: startExpressWithOurs,
  [EXPRESS_THEIRS]: startExpressWithTheirs,
  [EXPRESS_BRIDGE]: startExpressWithBridge,
}

process.on('disconnect', () => process.exit())

const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings
const start = STARTS[settings.label]
if (start === undefined) throw new Error(`there is no server ${settings.label}`)

let keys = 1
let requests = 0
const port = await start(settings, () => `user_${++requests % keys}`)

process.on('message', (message) => {
  keys = message as number
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.send?.(port)
