module.exports = { target: 'node', mode: 'production', entry: './app.cjs', ignoreWarnings: [() => true] }
