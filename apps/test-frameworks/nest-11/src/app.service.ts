import { Injectable } from '@nestjs/common'
import { RateLimiters } from '@rl/nestjs'

@Injectable()
export class AppService {
  constructor(private readonly limiters: RateLimiters) {}

  getHello(): string {
    return 'Hello World!'
  }

  async left(id: string): Promise<boolean> {
    return (await this.limiters.get('hello').peek(id)).allowed
  }
}
