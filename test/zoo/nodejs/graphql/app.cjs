// Resolvers that are no promises, many of them, subscriptions: open-telemetry/opentelemetry-js-contrib issues 1082, 1686 and 1739.
const graphql = require('graphql')

const { buildSchema, execute, graphqlSync, parse, subscribe, validate } = graphql
const schema = buildSchema(`
  type Item { number: Int!, next: Item, failing: Int, late: Int }
  type Query { items(count: Int!): [Item!]!, item: Item }
  type Subscription { ticks: Int }
`)
const item = (number) => ({
  number,
  next: () => item(number + 1),
  failing: () => {
    throw new Error(`no ${number}`)
  },
  late: async () => number * 2,
})
const rootValue = { items: ({ count }) => Array.from({ length: count }, (_, number) => item(number)), item: item(7) }

const main = async () => {
  console.log(JSON.stringify(graphqlSync({ schema, source: '{ item { number next { number } } }', rootValue })))
  console.log(JSON.stringify(graphqlSync({ schema, source: '{ item { failing } }', rootValue })))
  try {
    console.log(graphqlSync({ schema, source: '{ item { late } }', rootValue }))
  } catch (error) {
    console.log(error.message)
  }
  const document = parse('query Many { items(count: 2000) { number next { number next { number } } } }')
  console.log(validate(schema, document).length, execute({ schema, document, rootValue }) instanceof Promise)
  const { data } = await graphql.graphql({ schema, source: '{ items(count: 2000) { number late } }', rootValue })
  console.log(data.items.length, data.items.at(-1).late)
  console.log(JSON.stringify(await graphql.graphql({ schema, source: '{ none }', rootValue })))
  console.log(JSON.stringify(await graphql.graphql({ schema, source: '{', rootValue })))
  const ticks = async function* () {
    yield { ticks: 1 }
    yield { ticks: 2 }
  }
  const results = await subscribe({ schema, document: parse('subscription { ticks }'), rootValue: { ticks } })
  for await (const result of results) console.log(JSON.stringify(result))
  for (const call of [() => parse(null)]) {
    try {
      console.log(call())
    } catch (error) {
      console.log(error.constructor.name, error.message)
    }
  }
  const field = schema.getQueryType().getFields().items
  console.log(
    typeof field.resolve,
    Object.getOwnPropertySymbols(field).length,
    Object.getOwnPropertySymbols(schema).length,
  )
  console.log(execute.name, execute.length, parse.length, validate.length)
}
main()
