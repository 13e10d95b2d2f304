// The shop's front door: GET /checkout?sku=… adds an item to a cart and returns the order.
const { randomUUID } = require('node:crypto')
const express = require('express')

const port = Number(process.env.PORT ?? 8080)
const cartUrl = process.env.CART_URL ?? 'http://localhost:8081'
const timeoutMs = Number(process.env.TIMEOUT_MS ?? 10_000)

const log = (level, msg, fields = {}) => {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, msg, ...fields }))
}

const addToCart = async (cartId, sku, quantity) => {
  const response = await fetch(`${cartUrl}/carts/${encodeURIComponent(cartId)}/items`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku, quantity }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: response.status, body: await response.json() }
}

const app = express()
app.disable('x-powered-by')

app.get('/healthz', (_req, res) => {
  res.json({ status: 'ok' })
})

app.get('/checkout', async (req, res) => {
  const { sku, quantity = '1', cart = randomUUID() } = req.query
  if (typeof sku !== 'string' || typeof cart !== 'string' || !/^[1-9]\d?$/.test(String(quantity))) {
    res.status(400).json({ error: 'sku is required; quantity is 1 to 99' })
    return
  }
  const response = await addToCart(cart, sku, Number(quantity))
  if (response.status === 404) {
    res.status(404).json({ error: `unknown sku ${sku}` })
    return
  }
  if (response.status !== 200) throw new Error(`cart returned ${response.status}`)
  const order = randomUUID()
  log('info', 'order placed', { order, cart, sku, total: response.body.total })
  res.json({ order, ...response.body })
})

// eslint-disable-next-line no-unused-vars -- Express recognizes error handlers by their four parameters
app.use((error, req, res, _next) => {
  log('error', 'request failed', { path: req.path, error: error.message })
  res.status(502).json({ error: 'the shop is not available' })
})

const server = app.listen(port, (error) => {
  if (error) {
    log('error', 'cannot listen', { port, error: error.message })
    process.exit(1)
  }
  log('info', 'listening', { port, cartUrl, node: process.version })
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    log('info', 'stopping', { signal })
    server.close(() => process.exit(0))
  })
}
