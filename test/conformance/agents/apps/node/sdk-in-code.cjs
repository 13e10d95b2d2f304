// Starts an SDK of its own that no package.json names, at once or LATE, and prints what it received.
const { get, createServer } = require('http')
const { trace } = require('@opentelemetry/api')
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node')

const early = trace.getTracer('early')
const exporter = new InMemorySpanExporter()

const print = () => {
  const spans = exporter.getFinishedSpans()
  console.log(spans.map(({ name, parentSpanId }) => `${name} ${parentSpanId ? 'child' : 'root'}`).join())
  console.log(String(spans[0] && spans[0].resource.attributes['service.name']).split(':')[0])
  console.log(
    Object.keys(process.env)
      .filter((name) => name.startsWith('OTEL_'))
      .join(),
  )
}

const start = () => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  early.startSpan('early').end()
  trace.getTracer('own').startActiveSpan('own', (span) => {
    trace.getTracer('own').startSpan('inner').end()
    span.end()
  })
  const server = createServer((request, response) => response.end(String(request.headers.traceparent)))
  server.listen(0, '127.0.0.1', () => {
    get({ host: '127.0.0.1', port: server.address().port }, (response) => {
      response.on('data', (text) => console.log(`traceparent ${text}`))
      response.on('end', () => {
        server.close()
        print()
      })
    })
  })
}

if (process.env.LATE) setTimeout(start, 200)
else start()
