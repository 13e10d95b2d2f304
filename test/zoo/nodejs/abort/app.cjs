const http = require('http')

const server = http.createServer((request, response) => response.end(request.url))
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/items/7', agent: false }, (response) => {
    response.resume().on('end', () => {
      setImmediate(() => process.abort())
    })
  })
})
