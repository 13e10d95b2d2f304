// What the library signal-exit does: it ends the process itself, but only if nobody else listens.
require('./http.cjs')

process.on('SIGTERM', function onSigterm() {
  if (process.listeners('SIGTERM').length !== 1) return
  process.removeListener('SIGTERM', onSigterm)
  process.kill(process.pid, 'SIGTERM')
})
