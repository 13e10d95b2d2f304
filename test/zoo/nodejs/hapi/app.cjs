const Hapi = require('@hapi/hapi')

const server = Hapi.server({ port: Number(process.argv[2]), host: '127.0.0.1' })
server.route({ method: 'GET', path: '/items/{number}', handler: (request) => ({ number: request.params.number }) })
server.start()
process.on('SIGTERM', () => server.stop())
