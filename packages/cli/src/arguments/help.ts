export type CommandName = 'peek' | 'top' | 'reset'

const COMMON = `  --prefix <text>     the store's prefix; default rl:
  --hash-tags <n>     the store's hashTags; default 48 in a Cluster, elsewhere none
  --cluster           do not ask the server whether it is part of a Cluster
  --timeout <s>       seconds that the server may take to be reached, and for each answer; default 5
  --json              one line of JSON, and nothing else, on stdout
  --help, -h          this text`

const WHOM = `  --key <key>         a Redis key, as rl top --json shows it, in place of name and identifier`

export const HELP: Readonly<Record<CommandName, string>> = {
  peek: `Shows an identifier's counters: units used, and when each window ends. Takes nothing.

Usage: rl peek [options] <name> <identifier>
       rl peek [options] --key <key>

${WHOM}
${COMMON}

Limits are not stored, so what is left of them is not shown. Put -- before an identifier that begins with -.`,
  top: `Shows the counters with the most units used. Each row is one window of one identifier.

Usage: rl top [options] [<name>]

  --limit <n>, -n     rows to show, 1 to 10000; default 10
  --unit <unit>       only windows that count this unit
  --max-keys <n>      keys that the server looks at before rl stops; default 100000
${COMMON}

It walks the keys by SCAN, in small steps, and says how many commands that took: Upstash bills each. The keys of other
programs in the same database count for --max-keys, too.`,
  reset: `Sets an identifier's counters to 0, as limiter.reset does. Asks first.

Usage: rl reset [options] <name> <identifier>
       rl reset [options] --key <key>

${WHOM}
  --yes, -y           do not ask
${COMMON}

It resets all windows that are stored for the identifier. An epoch or calendar window keeps its end, and begins its next
generation, so that what was taken before can't be refunded into it; a first-hit window is removed. A value that no limiter
can read is removed. Processes with a deny cache may go on denying for its maxAgeMs, one second by default.`,
}

export const OVERVIEW = `Looks up, lists and resets the counters of @rl in Redis.

Usage: rl <command> [options]

  rl peek <name> <identifier>    what an identifier has used
  rl top [<name>]                the counters with the most units used
  rl reset <name> <identifier>   sets an identifier's counters to 0
  rl <command> --help            its options
  rl --version

<name> is the limiter's name.

Environment:
  REDIS_URL                 such as redis://user:password@host:6379, or rediss:// for TLS; also any node of a Cluster
  UPSTASH_REDIS_REST_URL    such as https://name.upstash.io
  UPSTASH_REDIS_REST_TOKEN  the token that goes with it
  NO_COLOR                  any value: no bold and faint text

Exit codes: 0 done, also where nothing is stored; 1 the server failed or refused; 2 wrong arguments or environment;
3 the question of reset was not answered with yes.`
