// Names and numbers of parameters of what is wrapped.
const http = require('http')
const https = require('https')

const wrapped = [
  [http, 'request'],
  [http, 'get'],
  [https, 'request'],
  [https, 'get'],
  [http.Server.prototype, 'emit'],
]
for (const each of wrapped.map(([owner, name]) => owner[name]))
  console.log(each.name, each.length, Object.keys(each).join())
