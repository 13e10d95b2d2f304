// Serves one request of its own, and ends where END is set.
const http = require('http')

const server = http.createServer((request, response) => response.end('ok'))
server.listen(0, '127.0.0.1', () => {
  http.get({ host: '127.0.0.1', port: server.address().port, path: '/hello' }, (response) => {
    response.resume()
    response.on('end', () => {
      console.log('READY')
      if (process.env.END) server.close()
    })
  })
})
