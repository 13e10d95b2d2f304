// Ends by its own handler, some time after the signal, as applications do that finish their requests first.
require('./http.cjs')

process.on('SIGTERM', () => {
  console.log('HANDLED')
  setTimeout(() => process.exit(0), 1000)
})
