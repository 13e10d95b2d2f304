// Several frameworks, each behind one server: the first part of the path tells which one answers.
const { createServer } = require('http')
const { existsSync } = require('fs')
const { createRequire } = require('module')
const path = require('path')

const handlers = {}

const withExpress = (load, prefix) => {
  const express = load('express')
  const app = express()
  app.use(express.json())
  app.use((request, response, next) => setTimeout(next, 1))
  const router = express.Router()
  router.get('/:id', (request, response) => response.json({ id: request.params.id, query: request.query }))
  app.use(`/${prefix}/items`, router)
  app.get(`/${prefix}/error`, () => {
    throw new RangeError('on purpose')
  })
  app.use((error, request, response, _next) => response.status(500).send(error.message))
  return app
}

const withKoa = (load, prefix) => {
  const [Koa, Router] = [load('koa'), load('@koa/router')]
  const router = new Router()
  router.get(`/${prefix}/items/:id`, (context) => (context.body = { id: context.params.id }))
  const app = new Koa()
  app.use((context, next) => next())
  app.use(router.routes())
  return app.callback()
}

const withFastify = async (load, prefix) => {
  let handler
  const serverFactory = (each) => {
    handler = each
    return createServer()
  }
  const app = load('fastify')({ serverFactory })
  app.addHook('onRequest', (request, reply, done) => {
    if (request.query.refused) reply.code(401).send({ refused: true })
    else done()
  })
  app.register(
    async (items) => {
      items.get('/:id', async (request) => ({ id: request.params.id }))
    },
    { prefix: `/${prefix}/items` },
  )
  await app.ready()
  return handler
}

const withHapi = async (load, prefix) => {
  const server = load('@hapi/hapi').server({ autoListen: false })
  server.route({ method: 'GET', path: `/${prefix}/items/{id}`, handler: (request) => ({ id: request.params.id }) })
  await server.initialize()
  const [handler] = server.listener.listeners('request')
  return handler.bind(server.listener)
}

// Their lines are as without the agent, inside a request, too.
const withLoggers = (load) => {
  const pino = load('pino')({ base: null, timestamp: false })
  const winston = load('winston')
  const logger = winston.createLogger({ transports: [new winston.transports.Console()] })
  return (request, response) => {
    pino.info('by pino')
    logger.info('by winston')
    response.end('ok')
  }
}

const FRAMEWORKS = {
  express: ['express', withExpress],
  koa: ['koa', withKoa],
  fastify: ['fastify', withFastify],
  hapi: ['@hapi/hapi', withHapi],
  loggers: ['winston', withLoggers],
}

const main = async () => {
  for (const folder of ['older', 'newer'].filter((each) => existsSync(path.join(__dirname, each)))) {
    const load = createRequire(path.join(__dirname, folder, 'package.json'))
    const { dependencies } = load('./package.json')
    for (const [name, [module, make]] of Object.entries(FRAMEWORKS)) {
      if (module in dependencies) handlers[`${folder}-${name}`] = await make(load, `${folder}-${name}`)
    }
  }
  const server = createServer((request, response) => handlers[request.url.split('/')[1]](request, response))
  server.listen(Number(process.argv[2]), '127.0.0.1')
}

main()
