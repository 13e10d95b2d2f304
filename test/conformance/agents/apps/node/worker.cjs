const { Worker, isMainThread, parentPort } = require('worker_threads')

if (isMainThread) {
  new Worker(__filename).once('message', (marked) => console.log(`worker instrumented: ${marked}`))
} else {
  parentPort.postMessage('@@odigos.agent.nodejs' in global)
}
