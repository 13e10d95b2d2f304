// Headers as arrays of names and values, as pairs, and as an object; with options, and with a URL and options.
const http = require('http')

const forms = [
  ['Host', 'h', 'X-A', '1', 'Authorization', 'secret', 'X-A', '2'],
  [
    ['Host', 'h'],
    ['X-A', '1'],
    ['Set-Cookie', 'b'],
  ],
  Object.freeze(['Host', 'h', 'traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']),
  { 'X-A': ['1', '2'], 'x-b': '3' },
]

const server = http.createServer((request, response) => {
  const shown = request.rawHeaders.filter((each) => !/^traceparent$|^00-|^127\.0/.test(each))
  console.log(shown.join(' '))
  response.end()
})
const askAll = async () => {
  const { port } = server.address()
  for (const headers of forms) {
    const options = { host: '127.0.0.1', port, agent: false, headers }
    for (const args of [[options], [`http://127.0.0.1:${port}/x`, { agent: false, headers }]]) {
      await new Promise((resolve) => http.get(...args, (response) => response.resume().on('end', resolve)))
    }
  }
  server.close()
}
server.listen(0, '127.0.0.1', () => void askAll())
