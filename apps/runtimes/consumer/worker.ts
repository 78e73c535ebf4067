import { run } from './check.js'
import { suite as httpFetch } from './http-fetch.js'
import { suite as memory } from './memory.js'
import type { Servers } from './suite.js'
import { suite as upstash } from './upstash.js'

const suites = { memory, upstash, 'http-fetch': httpFetch }

// `workerd test` calls this.
export default {
  async test(_controller: unknown, env: Servers & { readonly SUITE: keyof typeof suites }): Promise<void> {
    const { checks } = await suites[env.SUITE](env)
    console.log(JSON.stringify(await run(checks)))
  },
}
