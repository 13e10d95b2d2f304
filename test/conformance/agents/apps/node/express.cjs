const express = require('express')
const { get } = require('http')

const app = express()
app.get('/items/:id', (request, response) => response.send('ok'))
const server = app.listen(0, '127.0.0.1', () => {
  get({ host: '127.0.0.1', port: server.address().port, path: '/items/7' }, (response) => {
    response.resume()
    response.on('end', () => server.close())
  })
})
