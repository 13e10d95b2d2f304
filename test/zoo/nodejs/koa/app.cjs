const Koa = require('koa')
const Router = require('@koa/router')

const router = new Router()
router.get('/items/:number', (context) => (context.body = { number: context.params.number }))
const app = new Koa()
app.use(async (context, next) => {
  await next()
  context.set('x-seen', 'yes')
})
app.use(router.routes())
const server = app.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => server.close())
