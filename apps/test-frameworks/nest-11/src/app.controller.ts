import { Controller, Get, NotFoundException, Param } from '@nestjs/common'
import { RateLimit, SkipRateLimit } from '@rl/nestjs'
import { AppService } from './app.service'

@Controller()
@RateLimit({ limiter: 'hello' })
export class AppController {
  constructor(private readonly appService: AppService) {}

  @Get()
  getHello(): string {
    return this.appService.getHello()
  }

  @Get('cats/:id')
  @RateLimit({ limiter: 'cats', refund: 'failed' })
  getCat(@Param('id') id: string): string {
    if (id === '0') throw new NotFoundException()
    return id
  }

  @Get('left')
  @SkipRateLimit()
  left(): Promise<boolean> {
    return this.appService.left('127.0.0.1')
  }
}
