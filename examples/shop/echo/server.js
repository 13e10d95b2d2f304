// A small ES-module server that returns the name of its pod. GET /call makes one request to itself.
import { createServer } from 'node:http'
import { hostname } from 'node:os'

const port = Number(process.env.PORT ?? 8080)

const log = (level, msg, fields = {}) => {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, msg, ...fields }))
}

const respond = async (path) => {
  if (path === '/healthz') return { status: 'ok' }
  if (path === '/call') return { host: hostname(), answer: await (await fetch(`http://127.0.0.1:${port}/`)).json() }
  return { host: hostname(), path }
}

const server = createServer((req, res) => {
  const path = new URL(req.url, 'http://echo').pathname
  respond(path).then(
    (body) => res.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    (error) => {
      log('error', 'request failed', { path, error: error.message })
      res.writeHead(500).end()
    },
  )
})

server.listen(port, () => log('info', 'listening', { port, node: process.version }))

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    log('info', 'stopping', { signal })
    server.close(() => process.exit(0))
  })
}
