const { fork } = require('child_process')

const told = (error) => console.log(error.name, error.original?.code, error.message, error.errors?.length)

const main = async (port) => {
  const { DataTypes, Op, Sequelize } = require('sequelize')
  const db = new Sequelize('postgres', 'postgres', '', {
    host: '127.0.0.1',
    port,
    dialect: 'postgres',
    logging: (sql) => console.log(sql),
    pool: { max: 1 },
  })
  const Item = db.define(
    'item',
    { number: { type: DataTypes.INTEGER, unique: true }, name: DataTypes.STRING },
    { timestamps: false },
  )
  const Part = db.define('part', { name: DataTypes.STRING }, { timestamps: false })
  Item.hasMany(Part)
  await db.sync()
  await Item.bulkCreate([
    { number: 7, name: 'a' },
    { number: 8, name: 'b' },
  ])
  const item = await Item.findOne({ where: { number: 7 } })
  await item.createPart({ name: 'p' })
  console.log(
    JSON.stringify(await Item.findAll({ include: Part, where: { name: { [Op.like]: '%' } }, order: ['number'] })),
  )
  await Item.create({ number: 7 }).catch(told)
  await db.query('SELECT nothing FROM nowhere').catch(told)
  await db
    .transaction(async (transaction) => {
      await Item.update({ name: 'c' }, { where: { number: 8 }, transaction })
      throw new RangeError('on purpose')
    })
    .catch(told)
  console.log((await Item.findOne({ where: { number: 8 } })).name, await Item.count())
  await db.close()
}
const database = fork('./database.mjs', { env: { PATH: process.env.PATH } })
database.once('message', (port) =>
  main(port)
    .catch(console.log)
    .finally(() => database.disconnect()),
)
