require('./served.cjs')(() => process.exit(3))
