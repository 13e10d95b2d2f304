// What an application sees of the listeners of requests and answers, and of what nobody listens for.
const http = require('http')

const counts = (emitter) =>
  JSON.stringify(Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)])))

const server = http.createServer((request, response) => {
  console.log('server', counts(request), counts(response), Object.keys(response).includes('emit'))
  // One more of ours, and Node.js would warn.
  for (let count = 0; count < 10; count += 1) response.on('close', () => {})
  response.on('constructor', () => console.log('any name')).emit('constructor')
  if (request.url === '/reset') return request.socket.destroy()
  response.end('x'.repeat(1000))
})

const ask = (port, path, listens) =>
  new Promise((resolve) => {
    const request = http.get({ port, path, host: '127.0.0.1', agent: false })
    console.log('client', counts(request))
    for (let count = 0; count < 10; count += 1) request.on('error', () => {})
    request.on('error', (error) => console.log('error', error.code))
    if (listens) {
      request.on('response', (response) => {
        console.log('response', request.listenerCount('response'), counts(response), response.readableFlowing)
        response.removeAllListeners('end').resume()
      })
    }
    request.on('close', () => resolve(console.log('closed', request.res?.complete)))
  })

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  await ask(port, '/heard', true)
  await ask(port, '/unheard', false)
  await ask(port, '/reset', true)
  server.close()
})
