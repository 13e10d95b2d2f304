// The same, some time later, and with a listener that it removes itself.
const listener = (server) => {
  const onSigterm = () => {
    setTimeout(() => {
      server.close()
      process.removeListener('SIGTERM', onSigterm)
      process.kill(process.pid, 'SIGTERM')
    }, 700)
  }
  process.on('SIGTERM', onSigterm)
}
require('./served.cjs')((server) => {
  listener(server)
  process.kill(process.pid, 'SIGTERM')
})
