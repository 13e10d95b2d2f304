const Redis = require('ioredis')
const { createClient } = require('redis')

const port = Number(process.argv[2])
const told = (error) =>
  console.log(error.name, error.code, error.message, Object.keys(error).sort(), error.constructor.name)

const withIoredis = async () => {
  const client = new Redis(port)
  console.log(await client.flushall(), await client.set('a', 'b'), await client.get('a'), await client.getBuffer('a'))
  console.log(await client.pipeline().incr('n').expire('n', 10).exec())
  console.log(await client.multi().set('c', 'd').get('c').exec())
  client.defineCommand('twice', { numberOfKeys: 1, lua: 'return {KEYS[1], KEYS[1]}' })
  console.log(await client.twice('key'))
  await client.hset('a', 'b', 'c').catch(told)
  client.get('a', (error, value) => console.log('callback', error, value))
  console.log(await client.quit())
}

const withNodeRedis = async () => {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  await client.connect()
  console.log(await client.set('a', 'b'), await client.get('a'), await client.multi().set('c', 'd').get('c').exec())
  await client.hSet('a', 'b', 'c').catch(told)
  console.log(await client.sendCommand(['PING']))
  await client.close()
}

withIoredis()
  .then(withNodeRedis)
  .then(() => console.log('done'))
