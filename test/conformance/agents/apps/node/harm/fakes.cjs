// Timers that its tests have replaced: those of the agent are not among them.
const http = require('http')

const names = ['setTimeout', 'setInterval', 'setImmediate']
const real = names.map((name) => globalThis[name])
const server = http.createServer((request, response) => response.end('x'))
server.listen(0, '127.0.0.1', () => {
  for (const name of names) {
    globalThis[name] = () => {
      console.log('faked', name)
      return 5
    }
  }
  http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.resume().on('end', () => {
      real[0](() => {
        names.forEach((name, index) => (globalThis[name] = real[index]))
        server.close()
      }, 700)
    })
  })
})
