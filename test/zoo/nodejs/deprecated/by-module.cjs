module.exports = require('punycode').toASCII('mañana.com')
