// An application that looks for its own handlers among the layers of Express, and takes one out.
const express = require('express')
const http = require('http')

const app = express()
const refuse = (request, response) => response.status(401).end('refused')
const tagged = Object.assign((request, response, next) => next(), { tag: 1 })
const onError = (error, request, response, _next) => response.status(500).end(error.message)
app.use(refuse)
app.use(tagged)
const inner = express.Router()
inner.get('/:id', (request, response) => response.json(Object.keys(request)))
const outer = express.Router()
outer.use('/skipped', express.Router())
outer.use('/inner', inner)
const other = express()
other.get('/thing/:id', (request, response) => response.end('thing'))
app.use('/outer', outer)
app.use('/other', other)
app.get('/throws', () => {
  throw new Error('thrown')
})
app.use(onError)

const stack = app._router ? app._router.stack : app.router.stack
console.log(
  stack.map(({ name, handle }) => [name, handle.name, handle.length, handle.tag, handle === refuse].join()).join(' '),
)
stack.splice(
  stack.findIndex(({ handle }) => handle === refuse),
  1,
)
const askAll = async (server) => {
  for (const path of ['/outer/inner/7', '/other/thing/7', '/throws', '/nothing']) {
    await new Promise((resolve) =>
      http.get({ host: '127.0.0.1', port: server.address().port, path, agent: false }, (response) => {
        let text = ''
        response.on('data', (data) => (text += data)).on('end', () => resolve(console.log(response.statusCode, text)))
      }),
    )
  }
  server.close()
}
const server = app.listen(0, '127.0.0.1', () => void askAll(server))
