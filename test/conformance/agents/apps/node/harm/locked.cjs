// It waits for a lock when the signal arrives.
const { spawn } = require('child_process')

spawn('sh', ['-c', `sleep 0.5; kill -TERM ${process.pid}`], { stdio: 'ignore' }).unref()
setTimeout(() => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000)
  console.log('survived')
}, 10)
