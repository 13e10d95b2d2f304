const app = require('fastify')()

app.get('/items/:number', async (request) => ({ number: request.params.number }))
app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
