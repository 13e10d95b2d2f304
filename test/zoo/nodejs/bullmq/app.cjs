const { Queue, QueueEvents, Worker } = require('bullmq')

const connection = { host: '127.0.0.1', port: Number(process.argv[2]) }
const main = async () => {
  const queue = new Queue('mail', { connection })
  await queue.obliterate({ force: true })
  const events = new QueueEvents('mail', { connection })
  const worker = new Worker(
    'mail',
    async ({ data }) => {
      if (data.number < 0) throw new RangeError('negative')
      return data.number * 2
    },
    { connection },
  )
  await events.waitUntilReady()
  for (const number of [3, -1]) {
    const job = await queue.add('send', { number })
    console.log(number, await job.waitUntilFinished(events).catch((error) => `${error.name} ${error.message}`))
  }
  await worker.close()
  await events.close()
  await queue.close()
}
main()
