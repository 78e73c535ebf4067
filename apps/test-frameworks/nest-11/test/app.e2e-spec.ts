import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { INestApplication } from '@nestjs/common'
import { Test, type TestingModule } from '@nestjs/testing'
import { AppModule } from './../src/app.module'

describe('AppController (e2e)', () => {
  let app: INestApplication
  let url: string

  beforeEach(async () => {
    const moduleFixture: TestingModule = await Test.createTestingModule({ imports: [AppModule] }).compile()
    app = moduleFixture.createNestApplication()
    await app.listen(0, '127.0.0.1')
    url = await app.getUrl()
  })
  afterEach(() => app.close())

  it('/ (GET)', async () => {
    const responses = []
    for (let i = 0; i < 4; i++) responses.push(await fetch(url))
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(await responses[0]?.text()).toBe('Hello World!')
    expect(Number(responses[3]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await responses[3]?.json()).toMatchObject({ status: 429, 'violated-policies': ['hello'] })
    expect(await (await fetch(`${url}/left`)).text()).toBe('false')
  })
})
