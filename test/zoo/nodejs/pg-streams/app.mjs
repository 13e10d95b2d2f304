// Queries that are objects: open-telemetry/opentelemetry-js-contrib issues 991, 1431 and 1588.
import { fork } from 'node:child_process'
import pg, { Client as NamedClient } from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'

const settings = (port) => ({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', ssl: false })
const outcome = (promise) => promise.catch((error) => [error.constructor.name, error.code, error.message].join(' '))

const main = async (port) => {
  const client = new NamedClient(settings(port))
  await client.connect()
  console.log(NamedClient === pg.Client, client instanceof pg.Client)
  await client.query('CREATE TABLE items (number integer, name text)')
  await client.query('INSERT INTO items SELECT n, $1 || n FROM generate_series(1, 7) AS n', ['item '])
  const cursor = new Cursor('SELECT number FROM items ORDER BY number')
  console.log(client.query(cursor) === cursor)
  for (let rows = await cursor.read(3); rows.length > 0; rows = await cursor.read(3))
    console.log(rows.map(({ number }) => number))
  await cursor.close()
  const stream = new QueryStream('SELECT name FROM items WHERE number > $1 ORDER BY number', [4], { batchSize: 2 })
  console.log(client.query(stream) === stream)
  for await (const { name } of stream) console.log(name)
  const broken = client.query(new QueryStream('SELECT missing FROM items'))
  await new Promise((resolve) =>
    broken.once('error', (error) => resolve(console.log(error.code, error.message))).resume(),
  )
  const query = new pg.Query({ text: 'SELECT 7 AS seven', rowMode: 'array' })
  console.log(client.query(query) === query)
  await new Promise((resolve) => query.on('row', (row) => console.log(row)).on('end', resolve))
  console.log(client.query('SELECT 8 AS eight', (error, { rows }) => console.log(error, rows)))
  const { rows } = await client.query({
    name: 'one',
    text: 'SELECT number FROM items WHERE number = $1',
    values: [1],
    rowMode: 'array',
  })
  console.log(
    rows,
    await outcome(client.query('SELEC')),
    await outcome(client.query(null).catch?.(String) ?? Promise.resolve('none')).catch(String),
  )
  await client.end()
}
const database = fork('./database.mjs', { env: { PATH: process.env.PATH } })
database.once('message', (port) =>
  main(port)
    .catch((error) => console.log('failed', error.constructor.name, error.message))
    .finally(() => database.disconnect()),
)
