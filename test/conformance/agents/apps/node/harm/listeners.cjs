// What an application sees of who listens, and prints once at its end.
require('../http.cjs')

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException', 'unhandledRejection']) {
  console.log(name, process.listenerCount(name))
}
console.log(process.kill.name)
process.env.END = '1'
process.once('beforeExit', () => console.log('once'))
process.on('beforeExit', (code) => console.log('summary', code))
process.on('exit', (code) => console.log('exit', code))
