import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startCountedRedis } from '../src/callgrind/counted-redis.ts'
import { ensureValgrind } from '../src/callgrind/valgrind.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rl-fake-valgrind-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function program(name: string, lines: string): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${lines}\n`)
  await chmod(path, 0o755)
}

/** Programs in the places of valgrind's, which count a thousand instructions more with each dump. */
async function fakeValgrind(): Promise<void> {
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`)
  await program(
    'valgrind',
    `for word; do
  case $word in
    --callgrind-out-file=*) echo "\${word#*=}" > ${folder}/out-file; shift ;;
    --tool=callgrind | --*) shift ;;
    *) break ;;
  esac
done
exec "$@"`,
  )
  await program(
    'vgdb',
    `case "$*" in
  *dump*)
    n=$(( $(cat ${folder}/dumps 2> /dev/null || echo 0) + 1 ))
    echo $n > ${folder}/dumps
    printf 'events: Ir\\ntotals: %s000\\n' $n > "$(cat ${folder}/out-file).$n" ;;
esac`,
  )
}

test('each count is that of one dump, of a redis-server that answers', async () => {
  await fakeValgrind()
  const usual = process.env.REDIS_SERVER_BIN
  const redis = await startCountedRedis()
  try {
    expect(process.env.REDIS_SERVER_BIN).toBe(usual)
    const work = async (): Promise<void> => expect(await redis.command('PING')).toBe('PONG')
    expect(await redis.instructionsOf(work)).toBe(1000)
    expect(await redis.instructionsOf(work)).toBe(2000)
  } finally {
    await redis.stop()
  }
})

test('without valgrind, and nothing to install it with, the message says what to do', async () => {
  vi.stubEnv('PATH', folder)
  await expect(ensureValgrind()).rejects.toThrow(
    /^Counting instructions needs valgrind: install it \(Debian\/Ubuntu: apt-get install valgrind\)\. apt-get update failed here: /,
  )
})

test('valgrind is installed where it is missing', async () => {
  vi.stubEnv('PATH', folder)
  await program('sudo', 'shift; exec "$@"')
  await program('env', 'shift; exec "$@"')
  const install = `printf '#!/bin/sh\\n' > ${folder}/valgrind; /bin/chmod +x ${folder}/valgrind`
  await program('apt-get', `case "$1 $4" in 'install valgrind') ${install} ;; esac`)
  await ensureValgrind()
})
