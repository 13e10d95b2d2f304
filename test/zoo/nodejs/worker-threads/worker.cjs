const http = require('http')
const { parentPort, workerData } = require('worker_threads')

const tasks = {
  exit: () => process.exit(5),
  throw: () => {
    throw new Error('on purpose')
  },
  end: () => parentPort.postMessage(Object.keys(process.env).filter((name) => name.startsWith('OTEL_'))),
  serve: () => {
    const server = http.createServer((_request, response) => response.end('from a thread'))
    server.listen(0, '127.0.0.1', async () => {
      const response = await (globalThis.fetch ?? fetch)(`http://127.0.0.1:${server.address().port}`)
      parentPort.postMessage(await response.text())
      server.close()
      server.closeAllConnections()
    })
  },
}
tasks[workerData]()
