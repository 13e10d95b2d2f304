const { fork } = require('child_process')

const main = async (port) => {
  const db = require('knex')({
    client: 'pg',
    connection: { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', ssl: false },
    pool: { min: 0, max: 1 },
  })
  await db.schema.createTable('items', (table) => table.integer('number').primary())
  await db('items').insert([{ number: 7 }, { number: 8 }])
  console.log(await db('items').where({ number: 7 }).select('number'))
  await db('items')
    .insert({ number: 7 })
    .catch((error) => console.log(error.name, error.code, error.message))
  await db.transaction(async (transaction) => transaction('items').del()).then(console.log)
  console.log(await db('items').count('number as count').first())
  await db.destroy()
}
const database = fork('./database.mjs', { env: { PATH: process.env.PATH } })
database.once('message', (port) => main(port).finally(() => database.disconnect()))
