// A server of MySQL's protocol that answers a few statements; mysql2 has all that it takes.
const mysql = require('mysql2')

module.exports = (listening) => {
  const server = mysql.createServer()
  server.on('connection', (connection) => {
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '8.0.0',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xffffff ^ 2048,
    })
    connection.on('error', () => {})
    connection.on('query', (sql) => {
      if (/none/.test(sql)) return connection.writeError({ code: 1146, message: 'no such table' })
      if (!/^select/i.test(sql)) return connection.writeOk({ affectedRows: 1, insertId: 7 })
      const column = {
        catalog: 'def',
        schema: 'shop',
        table: 'items',
        orgTable: 'items',
        name: 'number',
        orgName: 'number',
      }
      connection.writeTextResult(
        [{ number: '7' }, { number: '8' }],
        [{ ...column, characterSet: 33, columnLength: 384, columnType: 253, flags: 0, decimals: 0 }],
      )
    })
  })
  server.listen(0, '127.0.0.1', () => listening(server._server.address().port))
  return server
}
