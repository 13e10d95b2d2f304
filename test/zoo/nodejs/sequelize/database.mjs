import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const server = new PGLiteSocketServer({ db: await PGlite.create(), port: 0, host: '127.0.0.1' })
server.addEventListener('listening', ({ detail }) => process.send(detail.port))
await server.start()
process.on('disconnect', () => process.exit())
