// Servers and clients of https and http2, of one that speaks both, and http2 without TLS.
const { readFileSync } = require('fs')
const http2 = require('http2')
const https = require('https')

const key = readFileSync('key.pem')
const cert = readFileSync('cert.pem')
const listening = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

const answer = (request, response) => {
  const { method, url, httpVersion, headers } = request
  if (url === '/reset') return (request.stream ?? request.socket).destroy()
  response.writeHead(url === '/missing' ? 404 : 200, { 'content-type': 'text/plain', 'x-version': httpVersion })
  response.end(`${method} ${url} ${httpVersion} ${'traceparent' in headers ? '' : ''}`)
}

const askHttps = (port, path, method = 'GET') =>
  new Promise((resolve) => {
    const request = https.request({ host: 'localhost', port, path, method, ca: cert, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += text))
      response.on('end', () => resolve([response.statusCode, body, request.socket.authorized]))
    })
    request.on('error', (error) => resolve([error.name, error.code]))
    request.end()
  })

const askHttp2 = (url, path, options) =>
  new Promise((resolve) => {
    const session = http2.connect(url, options)
    session.on('error', (error) => resolve([error.name, error.code]))
    const stream = session.request({ ':path': path })
    let status
    let body = ''
    stream.on('response', (headers) => (status = headers[':status']))
    stream.setEncoding('utf8').on('data', (text) => (body += text))
    stream.on('error', (error) => resolve([error.name, error.code]))
    stream.on('close', () => session.close(() => resolve([status, body])))
    stream.end()
  })

const main = async () => {
  const servers = {
    https: https.createServer({ key, cert }, answer),
    http2: http2.createSecureServer({ key, cert }, answer),
    both: http2.createSecureServer({ key, cert, allowHTTP1: true }, answer),
    plain: http2.createServer(answer),
    stream: http2.createServer().on('stream', (stream, headers) => {
      stream.respond({ ':status': 200 })
      stream.end(headers[':path'])
    }),
  }
  for (const [name, server] of Object.entries(servers)) {
    const port = await listening(server)
    const isPlain = name === 'plain' || name === 'stream'
    for (const path of ['/items/7', '/missing', '/reset']) {
      if (!isPlain && name !== 'http2') console.log(name, 'https', path, ...(await askHttps(port, path, 'POST')))
      if (name !== 'https') {
        const url = `${isPlain ? 'http' : 'https'}://localhost:${port}`
        console.log(name, 'http2', path, ...(await askHttp2(url, path, { ca: cert })))
      }
    }
    await new Promise((resolve) => server.close(resolve))
  }
  console.log(await askHttps(9, '/'))
}
main()
