// An HTTP service whose handler does almost nothing.
const express = require('express')

const app = express()
app.use(express.json())
app.get('/items/:id', (request, response) => response.json({ id: request.params.id }))
const server = app.listen(0, '127.0.0.1', () => console.log(`LISTENING ${server.address().port}`))
