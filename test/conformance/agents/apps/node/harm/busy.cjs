// Its event loop runs no listener when the signal arrives.
const { spawn } = require('child_process')

spawn('sh', ['-c', `sleep 0.5; kill -TERM ${process.pid}`], { stdio: 'ignore' }).unref()
const until = Date.now() + 6000
setTimeout(() => {
  while (Date.now() < until);
  console.log('survived')
}, 10)
