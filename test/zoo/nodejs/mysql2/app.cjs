const mysql = require('mysql2')
const mysqlPromise = require('mysql2/promise')

const told = (error) => console.log(error.name, error.code, error.errno, error.message)
const counts = (emitter) => emitter.eventNames().map((name) => `${String(name)} ${emitter.listenerCount(name)}`)

const main = async (port) => {
  const pool = mysql.createPool({ host: '127.0.0.1', port, user: 'root', database: 'shop', connectionLimit: 1 })
  pool.query('SELECT number FROM items', (error, rows, fields) => console.log(error, rows, fields[0].name))
  const promised = pool.promise()
  console.log(
    (await promised.query('SELECT number FROM items'))[0],
    (await promised.query('INSERT INTO items'))[0].insertId,
  )
  await promised.query('SELECT none').catch(told)
  const query = pool.query('SELECT number FROM items')
  console.log('query', counts(query))
  await new Promise((resolve) => query.on('result', (row) => console.log(row)).on('end', resolve))
  await new Promise((resolve) => pool.query('SELECT none').on('error', (error) => resolve(told(error))))
  const rows = []
  for await (const row of pool.query('SELECT number FROM items').stream()) rows.push(row)
  console.log(rows)
  await promised.end()
  const connection = await mysqlPromise.createConnection({ host: '127.0.0.1', port, user: 'root' })
  await connection.beginTransaction()
  console.log((await connection.query({ sql: 'SELECT number FROM items', rowsAsArray: true }))[0])
  await connection.commit()
  await connection.end()
}
const server = require('./server.cjs')((port) => main(port).then(() => server.close(), console.log))
