// Serves one request of its own, and ends where END is set.
import { createServer, get } from 'node:http'

const server = createServer((request, response) => response.end('ok'))
server.listen(0, '127.0.0.1', () => {
  get({ host: '127.0.0.1', port: server.address().port, path: '/hello' }, (response) => {
    response.resume()
    response.on('end', () => {
      console.log('READY')
      if (process.env.END) server.close()
    })
  })
})
