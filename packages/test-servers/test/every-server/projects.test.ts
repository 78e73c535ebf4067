import { expect, test } from 'vitest'
import { serverProjects } from './projects.ts'

test('each server has its project, named by its version, that runs the adapters’ suites on it', () => {
  const projects = serverProjects([
    { path: '/opt/6.2', name: 'Redis 6.2.16' },
    { path: '/opt/9', name: 'Valkey 9.0.0' },
  ])
  expect(projects.map((project) => [project.test.name, project.test.env.REDIS_SERVER_BIN])).toEqual([
    ['Redis 6.2.16', '/opt/6.2'],
    ['Valkey 9.0.0', '/opt/9'],
  ])
  for (const { test } of projects) expect(test.include.join(' ')).toMatch(/ioredis,node-redis,upstash.*test\/clients/)
})

test('two servers of one version are told apart by their paths', () => {
  const name = 'Redis 7.0.15'
  const projects = serverProjects([
    { path: '/opt/one', name },
    { path: '/opt/two', name },
  ])
  expect(projects.map((project) => project.test.name)).toEqual([`${name} (/opt/one)`, `${name} (/opt/two)`])
})
