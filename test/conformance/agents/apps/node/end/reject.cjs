Error.stackTraceLimit = 0
require('./served.cjs')((server) => {
  server.close()
  void Promise.reject(new Error('rejected'))
})
