require('./served.cjs')(() => {
  process.on('SIGTERM', () => process.exit(7))
  process.kill(process.pid, 'SIGTERM')
})
