import express from 'express'

const app = express()
app.get('/items/:number', (request, response) => response.json({ number: request.params.number }))
app.get('/error', () => {
  throw new Error('on purpose')
})
const server = app.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => server.close())
