const http = require('http')

const server = http.createServer((request, response) => response.end(request.url))
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/items/7', agent: false }, (response) => {
    response.resume().on('end', () => {
      server.close()
      process.exitCode = 6
      let count = 0
      process.on('beforeExit', (code) => {
        console.log('beforeExit', code)
        if (count === 0) setTimeout(() => console.log('more'), 10)
        count += 1
      })
      process.on('exit', (code) => console.log('exit', code))
    })
  })
})
