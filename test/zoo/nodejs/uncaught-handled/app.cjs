const http = require('http')

const server = http.createServer((request, response) => response.end(request.url))
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/items/7', agent: false }, (response) => {
    response.resume().on('end', () => {
      process.on('uncaughtException', (error, origin) => {
        console.log(error.message, origin, process.listenerCount('uncaughtException'))
        process.exit(9)
      })
      throw new Error('on purpose')
    })
  })
})
