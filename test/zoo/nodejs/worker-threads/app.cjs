const http = require('http')
const { Worker } = require('worker_threads')

/** Runs the task in a thread: its message, its exit code, and the environment it sees. */
const work = (task) =>
  new Promise((resolve) => {
    const seen = { task }
    const worker = new Worker('./worker.cjs', { workerData: task })
    worker.on('message', (message) => (seen.message = message))
    worker.on('error', (error) => (seen.error = error.message))
    worker.on('exit', (code) => resolve({ ...seen, code }))
  })

const server = http.createServer(async (request, response) => {
  const seen = request.url === '/work' ? await Promise.all(['exit', 'throw', 'serve', 'end'].map(work)) : request.url
  response.end(JSON.stringify(seen))
})
server.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
