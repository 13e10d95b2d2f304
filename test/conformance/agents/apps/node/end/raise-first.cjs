// Nobody listens, and nothing is left to do when the signal is raised.
require('./served.cjs')((server) => server.close(() => process.kill(process.pid, 'SIGTERM')))
