import http from 'node:http'
import http2 from 'node:http2'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { rateLimit } from '../../src/frameworks/fastify.ts'
import { adapt, type Driver, type Listener } from './driver.ts'

const header = (name: string, request: FastifyRequest): string | undefined => request.headers[name]?.toString()

export const fastifyDriver: Driver = {
  name: 'Fastify',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: true,
  listener: async (middlewares, route, errors, protocol) => {
    let listener: Listener = () => {}
    const serverFactory = (handler: Listener): http.Server => {
      listener = handler
      return protocol === 'HTTP/2' ? (http2.createServer() as unknown as http.Server) : http.createServer()
    }
    const app = fastify({ serverFactory } as object)
    for (const options of middlewares) {
      const { denied } = options
      app.addHook(
        'onRequest',
        rateLimit({
          ...adapt<[FastifyRequest, FastifyReply], FastifyReply>(options, header, (reply) => reply.statusCode),
          denied: denied && ((result, _, reply) => reply.code(denied(result).status).send(denied(result).body)),
        }),
      )
    }
    app.setErrorHandler((error, _, reply) => {
      errors.push(error)
      reply.code(500).send('error')
    })
    app.get('/', async (request, reply) => {
      const seen = { header: (name: string) => header(name, request), args: [request, reply] }
      const { status, body } = await route(seen, request.rateLimit)
      return reply.code(status).send(body)
    })
    await app.ready()
    return listener
  },
}
