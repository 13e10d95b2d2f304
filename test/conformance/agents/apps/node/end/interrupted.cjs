// What process managers such as pm2 send.
require('./served.cjs')(() => process.kill(process.pid, 'SIGINT'))
