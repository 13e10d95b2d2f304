import 'reflect-metadata'
import { Controller, Get, Injectable, Module, Param, ParseIntPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

declare const process: { argv: string[] }

@Injectable()
class Items {
  find(number: number): object {
    return { number }
  }
}

@Controller('items')
class ItemsController {
  constructor(private readonly items: Items) {}

  @Get(':number')
  find(@Param('number', ParseIntPipe) number: number): object {
    return this.items.find(number)
  }
}

@Module({ controllers: [ItemsController], providers: [Items] })
class AppModule {}

const main = async (): Promise<void> => {
  const app = await NestFactory.create(AppModule)
  app.enableShutdownHooks()
  await app.listen(Number(process.argv[2]), '127.0.0.1')
}
void main()
