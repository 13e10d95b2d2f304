// What a proxy of the client's promises broke: open-telemetry/opentelemetry-js-contrib issues 3286 and 3586.
import { createServer } from 'node:http'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { z } from 'zod'

const completion = (message) => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, finish_reason: message.tool_calls ? 'tool_calls' : 'stop', message }],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
})
const chunk = (content, finish_reason = null) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason }],
})

const answer = (request, response, body) => {
  const { stream, messages = [], tools, model } = JSON.parse(body)
  response.setHeader('x-request-id', 'r1')
  if (request.url.endsWith('/embeddings')) {
    response.setHeader('content-type', 'application/json')
    return response.end(
      JSON.stringify({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], model, usage: {} }),
    )
  }
  if (model === 'missing') {
    response.writeHead(404, { 'content-type': 'application/json' })
    return response.end(JSON.stringify({ error: { message: 'no such model', code: 'model_not_found' } }))
  }
  if (stream) {
    response.setHeader('content-type', 'text/event-stream')
    for (const part of [chunk('se'), chunk('ven'), chunk('', 'stop')])
      response.write(`data: ${JSON.stringify(part)}\n\n`)
    return response.end('data: [DONE]\n\n')
  }
  response.setHeader('content-type', 'application/json')
  const isFirst = tools && !messages.some(({ role }) => role === 'tool')
  const call = { id: 't1', type: 'function', function: { name: 'number', arguments: '{"of":"days"}' } }
  const message = isFirst
    ? { role: 'assistant', content: null, tool_calls: [call] }
    : { role: 'assistant', content: '{"number":7}' }
  return response.end(JSON.stringify(completion(message)))
}

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part)).on('end', () => answer(request, response, body))
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${server.address().port}/v1`, maxRetries: 0 })
const messages = [{ role: 'user', content: 'which number?' }]
const model = 'm'
const { completions } = client.chat

const shown = async (name, action) => {
  try {
    console.log(name, JSON.stringify(await action()))
  } catch (error) {
    console.log(name, error.constructor.name, error.message)
  }
}

await shown('create', async () => (await completions.create({ model, messages })).choices)
await shown('stream', async () => {
  let text = ''
  for await (const part of await completions.create({ model, messages, stream: true }))
    text += part.choices[0].delta.content
  return text
})
await shown('withResponse', async () => {
  const { data, response, request_id } = await completions.create({ model, messages }).withResponse()
  return [data.id, response.status, request_id]
})
await shown('asResponse', async () => (await completions.create({ model, messages }).asResponse()).json())
await shown('stream withResponse', async () => {
  const { data, request_id } = await completions.create({ model, messages, stream: true }).withResponse()
  let count = 0
  for await (const _ of data) count += 1
  return [count, request_id]
})
await shown('stream, left early', async () => {
  for await (const part of await completions.create({ model, messages, stream: true })) return part.choices[0].delta
})
await shown('stream, split', async () => {
  const [first, second] = (await completions.create({ model, messages, stream: true })).tee()
  const texts = ['', '']
  for await (const part of first) texts[0] += part.choices[0].delta.content
  for await (const part of second) texts[1] += part.choices[0].delta.content
  return texts
})
await shown('parse', async () => {
  const response_format = zodResponseFormat(z.object({ number: z.number() }), 'answer')
  return (await completions.parse({ model, messages, response_format })).choices[0].message.parsed
})
await shown('parse withResponse', async () => {
  const response_format = zodResponseFormat(z.object({ number: z.number() }), 'answer')
  const { data, request_id } = await completions.parse({ model, messages, response_format }).withResponse()
  return [data.choices[0].message.parsed, request_id]
})
await shown('runTools', async () => {
  const number = { name: 'number', parse: JSON.parse, function: ({ of }) => `7 ${of}`, parameters: { type: 'object' } }
  const runner = completions.runTools({ model, messages, tools: [{ type: 'function', function: number }] })
  return [await runner.finalContent(), runner.messages.length]
})
await shown('stream helper', async () => {
  const runner = completions.stream({ model, messages })
  return [await runner.finalContent(), (await runner.finalChatCompletion()).choices.length]
})
await shown('embeddings', async () => {
  const { data } = await client.embeddings.create({ model, input: 'a', encoding_format: 'float' }).withResponse()
  return data.data
})
await shown('error', () => completions.create({ model: 'missing', messages }))
await shown('error in stream', () => completions.create({ model: 'missing', messages, stream: true }))
await shown('shape', async () => {
  const promise = completions.create({ model, messages })
  const shape = [promise.constructor.name, Object.keys(promise).toSorted(), typeof promise._thenUnwrap]
  await promise
  return shape
})
await shown('unawaited error', async () => {
  const rejected = new Promise((resolve) => process.once('unhandledRejection', (error) => resolve(error.status)))
  void completions.create({ model: 'missing', messages })
  return await rejected
})
server.close()
