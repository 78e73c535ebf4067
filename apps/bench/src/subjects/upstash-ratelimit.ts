import { Ratelimit } from '@upstash/ratelimit'
import { openUpstash } from './clients.ts'
import { onlyWindow, type Place, type Policy, type Subject } from './subject.ts'

type Answer = Awaited<ReturnType<Ratelimit['limit']>>

export async function upstashRatelimit(
  label: string,
  place: Place,
  policy: Policy,
  { cache }: { cache: boolean },
): Promise<Subject> {
  const { limit, seconds } = onlyWindow(policy)
  const ratelimit = new Ratelimit({
    redis: openUpstash(place),
    limiter: Ratelimit.fixedWindow(limit, `${seconds} s`),
    prefix: cache ? 'api' : 'api-no-cache',
    ephemeralCache: cache ? new Map() : false,
  })
  const subject: Subject<Answer> = {
    label,
    take: (id) => ratelimit.limit(id),
    allows: ({ success, reason }) => {
      // Its timeout answers success without having asked.
      if (reason === 'timeout') throw new Error('it timed out')
      return success
    },
    denies: () => false,
    used: async (id) => limit - (await ratelimit.getRemaining(id)).remaining,
    close: async () => {},
  }
  return subject
}
