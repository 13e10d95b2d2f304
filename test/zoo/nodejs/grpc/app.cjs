const grpc = require('@grpc/grpc-js')
const loader = require('@grpc/proto-loader')

const { items } = grpc.loadPackageDefinition(loader.loadSync('items.proto'))
const server = new grpc.Server()
server.addService(items.Items.service, {
  Find: (call, callback) => {
    if (call.request.number < 0) return callback({ code: grpc.status.INVALID_ARGUMENT, message: 'negative' })
    const trailers = new grpc.Metadata()
    trailers.set('seen', call.metadata.get('caller')[0])
    callback(null, { number: call.request.number + 1 }, trailers)
  },
  List: (call) => {
    for (let number = 0; number < call.request.number; number += 1) call.write({ number })
    call.end()
  },
  Talk: (call) => {
    call.on('data', (item) => call.write({ number: item.number * 2 }))
    call.on('end', () => call.end())
  },
})

const find = (client, number) =>
  new Promise((resolve) => {
    const metadata = new grpc.Metadata()
    metadata.set('caller', 'zoo')
    const call = client.Find({ number }, metadata, (error, item) => {
      console.log(number, error ? `${error.name} ${error.code} ${error.message}` : item, Object.keys(metadata.getMap()))
    })
    call.on('status', ({ metadata: trailers }) => resolve(console.log(trailers.get('seen'))))
  })

const collect = (call) =>
  new Promise((resolve) => {
    const numbers = []
    call.on('data', ({ number }) => numbers.push(number))
    call.on('end', () => resolve(console.log(numbers)))
  })

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), async (_error, port) => {
  const client = new items.Items(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  await find(client, 7)
  await find(client, -1)
  await collect(client.List({ number: 3 }))
  const talk = client.Talk()
  const answers = collect(talk)
  talk.write({ number: 4 })
  talk.end()
  await answers
  client.close()
  server.tryShutdown(() => console.log('ended'))
})
