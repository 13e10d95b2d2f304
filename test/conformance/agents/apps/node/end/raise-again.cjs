// Its own listener shuts down, then raises the signal again.
require('./served.cjs')((server) => {
  process.once('SIGTERM', () => server.close(() => process.kill(process.pid, 'SIGTERM')))
  process.kill(process.pid, 'SIGTERM')
})
