const http = require('http')
const { Server } = require('socket.io')
const { io } = require('socket.io-client')

const server = http.createServer()
const sockets = new Server(server)
sockets.use((socket, next) => next(socket.handshake.auth.token === 'secret' ? undefined : new Error('not allowed')))
sockets.on('connection', (socket) => {
  socket.onAny((event, ...args) => console.log('any', event, args.length))
  socket.on('add', (a, b, answer) => answer(a + b))
  socket.on('bytes', (bytes) => socket.emit('bytes', bytes.length, Object.keys(socket).includes('emit')))
  socket.on('disconnect', (reason) => console.log('server:', reason))
})
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`
  const refused = io(url, { reconnection: false, forceNew: true })
  refused.on('connect_error', (error) => {
    console.log('refused:', error.message)
    const client = io(url, { auth: { token: 'secret' } })
    client.emit('add', 2, 3, (sum) => {
      console.log('sum', sum)
      client.emit('bytes', Buffer.from('four'))
    })
    client.on('bytes', (length, isOwn) => {
      console.log('bytes', length, isOwn)
      client.close()
      sockets.close(() => console.log('closed'))
    })
  })
})
