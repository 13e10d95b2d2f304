import { fork } from 'node:child_process'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.ts'

const told = (error: { name: string; code?: string }): void => console.log(error.name, error.code)

const main = async (port: number): Promise<void> => {
  const adapter = new PrismaPg({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 })
  const client = new PrismaClient({ adapter })
  await client.$executeRawUnsafe('CREATE TABLE "Item" ("number" INT PRIMARY KEY, "name" TEXT NOT NULL)')
  await client.$executeRawUnsafe('CREATE TABLE "Part" ("id" INT PRIMARY KEY, "number" INT REFERENCES "Item"("number"))')
  await client.item.create({ data: { number: 7, name: 'a', parts: { create: [{ id: 1 }] } } })
  console.log(await client.item.findMany({ include: { parts: true } }))
  await client.item.create({ data: { number: 7, name: 'b' } }).catch(told)
  await client.item.findUniqueOrThrow({ where: { number: 9 } }).catch(told)
  await client
    .$transaction(async (transaction) => {
      await transaction.item.update({ where: { number: 7 }, data: { name: 'c' } })
      throw new RangeError('on purpose')
    })
    .catch(told)
  console.log(await client.$queryRaw`SELECT name FROM "Item"`, await client.part.count())
  await client.$disconnect()
}

const database = fork('./database.mjs', { env: { PATH: process.env['PATH'] ?? '' } })
database.once('message', (port) => {
  void main(Number(port)).finally(() => database.disconnect())
})
