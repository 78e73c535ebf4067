import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { rateLimit } from '../../src/frameworks/fastify.ts'
import { adapt, bodyOf, type SeenRequest, type StartApp } from './app.ts'
import { appOn } from './serve.ts'

export const startFastify: StartApp = async (middlewares, handle) => {
  const errors: unknown[] = []
  const app = fastify()
  for (const options of middlewares) {
    const { denied } = options
    app.addHook(
      'onRequest',
      rateLimit({
        ...adapt<[FastifyRequest, FastifyReply], FastifyReply>(options, seen, (reply) => reply.statusCode),
        denied: denied && ((result, _, reply) => reply.code(denied(result).status).send(denied(result).body)),
      }),
    )
  }
  app.setErrorHandler((error, _, reply) => {
    errors.push(error)
    reply.code(500).send('error')
  })
  app.get('/', async (request, reply) => {
    reply.code(handle(seen(request), request.rateLimit))
    return bodyOf(request.rateLimit)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { ...appOn(app.server, errors), stop: () => app.close() }
}

function seen(request: FastifyRequest): SeenRequest {
  return { header: (name) => request.headers[name]?.toString() }
}
