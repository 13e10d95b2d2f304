// Modules of Node.js that warn of themselves, in each way that they can be loaded.
process.on('warning', ({ name, code }) => console.log('warning', name, code))
const { createRequire } = require('module')

const main = async () => {
  console.log(require('punycode') === createRequire(__filename)('node:punycode'), require('./by-module.cjs'))
  console.log(process.getBuiltinModule('punycode') === require('punycode'))
  console.log(typeof (await import('node:punycode')).toASCII, typeof require('sys').inspect)
  new Buffer(1)
  require('url').parse('http://a:b@c:99999999/')
}
main().catch((error) => console.log(error.name, error.code))
