/** A request that is answered with an HTTP error and `{ "error": message }`. */
export class RestError extends Error {
  override name = 'RestError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
