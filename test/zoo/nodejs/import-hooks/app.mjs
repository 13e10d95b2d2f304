import express from 'express'
import { name } from 'virtual:name'

const app = express()
app.get('/items/:number', (request, response) => response.json({ number: request.params.number, name }))
const server = app.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
