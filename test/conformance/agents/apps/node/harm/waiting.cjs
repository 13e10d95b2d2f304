// It waits for a child process when the signal arrives.
const { spawn, execSync } = require('child_process')

spawn('sh', ['-c', `sleep 0.5; kill -INT ${process.pid}`], { stdio: 'ignore' }).unref()
setTimeout(() => {
  execSync('sleep 6')
  console.log('survived')
}, 10)
