const cluster = require('cluster')

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()]
  process.on('SIGTERM', () => workers.forEach((worker) => worker.kill('SIGTERM')))
} else {
  require('./worker.cjs')
}
