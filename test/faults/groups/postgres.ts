import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, FaultGroup } from '../fault.ts'
import type { StatementFault } from '../postgres/proxy.ts'
import { PostgresStage } from '../postgres/stage.ts'
import type { PostgresStoreName, StoreName } from '../stores.ts'
import { type Expected, type Figures, trial } from '../trial.ts'

const BOTH: readonly StoreName[] = ['pg', 'postgres']
const ENOUGH = 5
const ENOUGH_SILENT = 2
const ONCE = 'charged once or not at all'

export const POSTGRES: FaultGroup<PostgresStage> = {
  title: 'PostgreSQL',
  open: (store) => PostgresStage.open(store as PostgresStoreName),
  close: (stage) => stage.close(),
  faults: [
    statement('cut-before', 'connection cut before the statement', 'unknown', ONCE),
    statement('cut-after', 'connection cut after the server ran the statement', 'unknown', ONCE),
    statement('cut-during', 'connection cut halfway through the rows', 'unknown', ONCE),
    statement('silent-before', 'statement lost, connection silent from then on', 'unknown', ONCE),
    statement('silent-after', 'rows lost, connection silent from then on', 'unknown', ONCE),
    statement('delay', 'statement delayed by 50 ms', 'none', 'no call fails'),
    {
      title: 'all connections to PostgreSQL cut, and new ones refused for a while',
      stores: BOTH,
      asserted: 'the client connects again',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            stage.proxy.refuse(true)
            await traffic.turnOver()
            stage.proxy.refuse(false)
          },
          { failures: 'any' },
        ),
    },
    {
      title: 'postgres suspended (SIGSTOP) and resumed',
      stores: BOTH,
      asserted: 'charged at most once, also what runs after its caller gave up',
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            await stage.server.pause()
            await traffic.turnOver()
            await stage.server.resume()
          },
          { failures: 'unknown' },
        ),
    },
    killed(false, 'logged table', 'no counter is lost', {}),
    killed(true, 'unlogged table', 'all counters are lost: at most the limit once more', { losses: 1 }),
    {
      title: 'connections ended by an administrator (`pg_terminate_backend`)',
      stores: BOTH,
      asserted: `${ONCE}; the client connects again`,
      play: (stage) =>
        trial(
          stage,
          async (traffic) => {
            for (let times = 0; times < 10; times++) {
              await stage.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()')
              await sleep(10)
            }
            await traffic.turnOver()
          },
          { failures: 'any' },
        ),
    },
    {
      title: 'deadlocks with transactions of others, and rows that they hold',
      stores: BOTH,
      asserted: 'no call fails: what was rolled back is tried again',
      play: (stage) => trial(stage, () => lockInWrongOrder(stage), { failures: 'none', deadlineMs: 20_000 }),
    },
    setting('the database became read-only', 'default_transaction_read_only = on', '25006'),
    setting('statements are cancelled (`statement_timeout`)', "statement_timeout = '1ms'", '57014'),
  ],
}

function statement(
  kind: StatementFault,
  title: string,
  failures: Expected['failures'],
  asserted: string,
): Fault<PostgresStage> {
  return {
    title,
    stores: BOTH,
    asserted,
    play: (stage) =>
      trial(
        stage,
        async (traffic) => {
          const before = stage.proxy.struck
          stage.proxy.strike(kind)
          const enough = kind.startsWith('silent') ? ENOUGH_SILENT : ENOUGH
          await traffic.until('faults', () => stage.proxy.struck - before >= enough)
          await traffic.turnOver()
          stage.proxy.strike(undefined)
        },
        failures === 'none' ? { failures, deadlineMs: 5000 } : { failures },
      ),
  }
}

function killed(unlogged: boolean, how: string, asserted: string, expected: Partial<Expected>): Fault<PostgresStage> {
  return {
    title: `postgres killed (SIGKILL) and started again; ${how}`,
    stores: BOTH,
    asserted,
    play: async (stage): Promise<Figures> => {
      stage.useTables(unlogged)
      const figures = await trial(
        stage,
        async (traffic) => {
          await stage.server.kill()
          await traffic.turnOver()
          await stage.server.restart()
        },
        { failures: 'any', ...expected },
      )
      stage.useTables(false)
      return figures
    },
  }
}

/** A setting that makes the server refuse each statement. */
function setting(title: string, text: string, code: string): Fault<PostgresStage> {
  return {
    title,
    stores: BOTH,
    asserted: `\`PostgreSQL refused: ${code}\`, and nothing is charged`,
    play: (stage) =>
      trial(
        stage,
        async (traffic) => {
          await configure(stage, `SET ${text}`)
          await traffic.until('a failure', () => traffic.failures.length > 0)
          await traffic.turnOver()
          await configure(stage, `RESET ${text.split(' ')[0]}`)
        },
        { failures: 'not-executed', saying: `PostgreSQL refused: ${code}` },
      ),
  }
}

async function configure(stage: PostgresStage, change: string): Promise<void> {
  await stage.query(`ALTER SYSTEM ${change}`)
  await stage.query('SELECT pg_reload_conf()')
}

/** Transactions that lock rows from the last to the first. */
async function lockInWrongOrder(stage: PostgresStage): Promise<void> {
  await stage.admin(async (pool) => {
    for (let times = 0; times < 10; times++) {
      const other = await pool.connect()
      try {
        await other.query('BEGIN')
        const { rows } = await other.query('SELECT key FROM rate_limits ORDER BY key DESC LIMIT 40')
        for (const { key } of rows) await other.query('SELECT FROM rate_limits WHERE key = $1 FOR UPDATE', [key])
        await sleep(times === 0 ? 700 : 20)
        await other.query('ROLLBACK')
      } catch {
        // PostgreSQL may end this one in place of the store's.
        await other.query('ROLLBACK')
      } finally {
        other.release()
      }
    }
  })
}
