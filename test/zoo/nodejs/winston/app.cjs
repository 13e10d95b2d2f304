const http = require('http')
const winston = require('winston')

const { combine, json, simple, splat, timestamp } = winston.format
const logger = winston.createLogger({
  format: combine(timestamp(), splat(), json()),
  defaultMeta: { service: 'shop' },
  transports: [new winston.transports.Console(), new winston.transports.Console({ format: simple(), level: 'error' })],
})
const server = http.createServer((request, response) => {
  const child = logger.child({ url: request.url })
  child.info('request %s', request.method, { extra: [1, { two: 2 }] })
  child.log('warn', { message: 'as an object' })
  child.error(new Error('on purpose').message)
  logger.write({ level: 'info', message: 'written' })
  response.end('{}')
})
server.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => {
  logger.info('ending')
  logger.on('finish', () => process.exit(0))
  logger.end()
})
