// Serves one request of its own, then calls the function with the server.
const { get, createServer } = require('http')

module.exports = (then) => {
  const server = createServer((request, response) => response.end('ok'))
  server.listen(0, '127.0.0.1', () => {
    get({ host: '127.0.0.1', port: server.address().port }, (response) => {
      response.resume()
      // The server's span ends with the response's "close".
      response.on('end', () => setTimeout(() => then(server), 20))
    })
  })
}
