// What made agents cause MaxListenersExceededWarning: layers of routers, streamed answers, pools, agents that keep connections.
const { fork } = require('child_process')
const { once } = require('events')
const http = require('http')
const { Readable } = require('stream')
const express = require('express')
const pg = require('pg')

process.on('warning', ({ name, message }) => console.log(name, message))

const counts = (emitter) => emitter.eventNames().map((name) => `${String(name)} ${emitter.listenerCount(name)}`)

const app = express()
let router = express.Router()
router.get('/:id', (request, response) => {
  console.log('layers', counts(response), counts(request))
  Readable.from(['a', 'b', 'c']).pipe(response)
})
for (let level = 0; level < 15; level += 1) {
  const outer = express.Router()
  outer.use(async (request, response, next) => setImmediate(next))
  outer.use('/', router)
  router = outer
}
app.use('/items', router)

const ask = (port, agent) =>
  new Promise((resolve) => {
    http.get({ port, host: '127.0.0.1', path: '/items/7', agent }, (response) => {
      response.setEncoding('utf8').on('data', () => {})
      response.on('end', () => resolve(response.statusCode))
    })
  })

const main = async (databasePort) => {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let count = 0; count < 15; count += 1) await ask(port, agent)
  const [socket] = Object.values(agent.freeSockets)[0]
  console.log('connection', counts(socket))
  agent.destroy()
  server.close()
  const pool = new pg.Pool({ host: '127.0.0.1', port: databasePort, user: 'postgres', database: 'postgres', max: 1 })
  for (let count = 0; count < 15; count += 1) {
    const client = await pool.connect()
    await client.query('SELECT 1')
    client.release()
  }
  await Promise.all(Array.from({ length: 15 }, () => pool.query('SELECT 2')))
  console.log('pool', counts(pool))
  await pool.end()
}
const database = fork('./database.mjs', { env: { PATH: process.env.PATH } })
database.once('message', (port) => main(port).finally(() => database.disconnect()))
