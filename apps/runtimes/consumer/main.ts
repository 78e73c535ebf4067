import { run } from './check.js'
import type { Servers, Suite } from './suite.js'

// Node, Bun and Deno: `main.js memory` runs that suite and prints its results.
const { suite } = (await import(`./${process.argv[2]}.js`)) as { suite: Suite }
const { checks, close } = await suite(process.env as unknown as Servers)
const results = await run(checks)
await close()
console.log(JSON.stringify(results))
