import { Readable } from 'node:stream'
import { adapt, type Driver } from './driver.ts'
import { type Args, type Handler, rateLimit } from './node-http-adapter.ts'

const header = (name: string, request: Args[0]): string | undefined => request.headers[name]?.toString()

/** Node's own servers, by the adapter that the README shows. */
export const nodeHttp: Driver = {
  name: 'the adapter of the README',
  protocols: ['HTTP/1.1', 'HTTP/2'],
  seesSending: true,
  listener: (middlewares, route, errors) => {
    const handler: Handler = async (request, response) => {
      const seen = { header: (name: string) => header(name, request), args: [request, response] }
      const { status, body } = await route(seen, request.rateLimit)
      response.statusCode = status
      if (body instanceof Readable) body.pipe(response)
      else response.end(body)
    }
    const guarded = middlewares.reduceRight<Handler>((next, options) => {
      const { denied } = options
      const limited = rateLimit({
        ...adapt<Args, Args[1]>(options, header, (response) => response.statusCode),
        denied:
          denied &&
          ((result, _, response) => {
            const { status, body } = denied(result)
            response.statusCode = status
            response.end(body)
          }),
      })
      return limited(next)
    }, handler)
    return async (request, response) => {
      try {
        await guarded(request, response)
      } catch (error) {
        errors.push(error)
        response.statusCode = 500
        response.end('error')
      }
    }
  },
}
