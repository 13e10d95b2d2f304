import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()
app.get('/items/:number', (context) => context.json({ number: context.req.param('number') }))
app.get('/error', () => {
  throw new Error('on purpose')
})
const server = serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' })
process.on('SIGTERM', () => server.close(() => process.exit(0)))
