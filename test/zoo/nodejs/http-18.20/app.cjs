const http = require('http')

const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ method: request.method, url: request.url }))
})
server.listen(Number(process.argv[2]), '127.0.0.1')
