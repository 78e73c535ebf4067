/** The measures, by the names that tables show. */
export const DECISIONS = 'decisions/s'
export const COMMANDS = 'commands per decision'
export const SERVER_TIME = 'server µs per decision'
export const REQUESTS = 'HTTP requests per decision'
export const BILLED = 'billed commands per decision'
export const BYTES = 'bytes per identifier'
export const DELAY_P99 = 'event-loop delay p99, ms'
/** Of the process that calls: steadier than decisions/s where other programs run too. */
export const CLIENT_CPU = 'client CPU µs per decision'
export const SERVER_CPU = 'server CPU µs per decision'
/** Of redis-server, counted: the same on a busy machine. */
export const INSTRUCTIONS = 'server instructions per decision'
/** Of client and server together: what a decision costs. */
export const CPU = 'CPU µs per decision'
/** Both ways, with all headers. */
export const REQUEST_BYTES = 'bytes per HTTP request'
export const HTTP_BYTES = 'HTTP bytes per decision'
