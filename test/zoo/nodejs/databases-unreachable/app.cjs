const { Kafka } = require('kafkajs')
const { MongoClient } = require('mongodb')
const mysql = require('mysql2')
const mysqlPromise = require('mysql2/promise')
const pg = require('pg')
const Redis = require('ioredis')

// Nobody listens on the port of "discard".
const host = '127.0.0.1'
const port = 9
const told = (error) =>
  console.log(error.name, error.code, error.message, Object.keys(error).sort(), error.constructor.name)

const attempts = {
  pg: () => new pg.Client({ host, port }).connect(),
  pgCallback: () =>
    new Promise((resolve, reject) =>
      new pg.Client({ host, port }).connect((error) => (error ? reject(error) : resolve())),
    ),
  pgPool: () => new pg.Pool({ host, port }).query('SELECT 1'),
  mysqlCallback: () =>
    new Promise((resolve, reject) =>
      mysql.createPool({ host, port }).query('SELECT 1', (error) => (error ? reject(error) : resolve())),
    ),
  mysql: () => mysqlPromise.createConnection({ host, port }),
  mysqlPool: () => mysqlPromise.createPool({ host, port }).execute('SELECT ?', [1]),
  mongodb: () =>
    new MongoClient(`mongodb://${host}:${port}/?serverSelectionTimeoutMS=300`)
      .db('a')
      .collection('b')
      .findOne({ c: 1 }),
  kafkaProducer: () =>
    new Kafka({ brokers: [`${host}:${port}`], retry: { retries: 0 }, logLevel: 0 }).producer().connect(),
  kafkaConsumer: () =>
    new Kafka({ brokers: [`${host}:${port}`], retry: { retries: 0 }, logLevel: 0 })
      .consumer({ groupId: 'a' })
      .connect(),
  redis: async () => {
    const client = new Redis({ host, port, lazyConnect: true, retryStrategy: () => null })
    client.on('error', (error) => console.log('event', error.code))
    await client.get('a')
  },
}

const main = async () => {
  for (const [name, attempt] of Object.entries(attempts)) {
    console.log(name)
    await attempt().then(console.log, told)
  }
}
main().then(() => process.exit(0))
