import { once } from 'node:events'
import http from 'node:http'
import axios from 'axios'
import got from 'got'
import nodeFetch from 'node-fetch'
import * as undici from 'undici'

const server = http.createServer((request, response) => {
  if (request.url === '/reset') return request.socket.destroy()
  response.statusCode = request.url === '/missing' ? 404 : 200
  response.end(
    JSON.stringify({ url: request.url, traced: 'traceparent' in request.headers, keys: request.rawHeaders.length > 0 }),
  )
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const base = `http://127.0.0.1:${server.address().port}`
const without = (text) =>
  String(text)
    .replaceAll(base, '')
    .replace(/"traced":(true|false)/, '')

const get = (url) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { accept: 'a/b' } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += text))
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
    })
    console.log(request.getHeaderNames().filter((name) => name !== 'traceparent'))
    request.on('error', reject)
  })
const clients = {
  http: get,
  fetch: async (url) => (await fetch(url)).text(),
  undiciFetch: async (url) => (await undici.fetch(url)).text(),
  undici: async (url) => (await undici.request(url)).body.text(),
  axios: async (url) => JSON.stringify((await axios.get(url)).data),
  got: (url) => got(url, { retry: { limit: 0 } }).text(),
  nodeFetch: async (url) => (await nodeFetch(url)).text(),
}
for (const [name, client] of Object.entries(clients)) {
  for (const path of ['/items/7', '/missing', '/reset']) {
    const told = (error) =>
      `${error.name} ${error.code} ${error.message} ${error.cause?.code} ${error.constructor.name}`
    console.log(name, path, without(await client(base + path).catch(told)))
  }
}
await new Promise((resolve) => http.get(base, { agent: false }).on('close', resolve))
const aborted = await fetch(base, { signal: AbortSignal.abort() }).catch((error) => error.name)
console.log(aborted)
server.closeAllConnections()
server.close()
await undici.getGlobalDispatcher().close()
