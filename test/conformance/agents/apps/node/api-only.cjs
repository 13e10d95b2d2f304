// Makes a span by the API alone, without an SDK.
const { get, createServer } = require('http')
const { trace } = require('@opentelemetry/api')

const tracer = trace.getTracer('manual')
const server = createServer((request, response) => {
  tracer.startActiveSpan('manual', (span) => {
    span.end()
    response.end('ok')
  })
})
server.listen(0, '127.0.0.1', () => {
  get({ host: '127.0.0.1', port: server.address().port }, (response) => {
    response.resume()
    response.on('end', () => server.close())
  })
})
