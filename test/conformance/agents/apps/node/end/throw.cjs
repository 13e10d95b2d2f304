Error.stackTraceLimit = 0
require('./served.cjs')(() => {
  throw new Error('thrown')
})
