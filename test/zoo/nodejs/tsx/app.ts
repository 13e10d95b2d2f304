import express from 'express'
import type { Request, Response } from 'express'

const app = express()
app.get('/items/:number', (request: Request, response: Response) => {
  response.json({ number: request.params.number })
})
const server = app.listen(Number(process.argv[2]), '127.0.0.1')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
