import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

const typeDefs = `
  type Item { number: Int!, name: String }
  type Query { item(number: Int!): Item, fails: String }
`
const resolvers = {
  Query: {
    item: (_parent, { number }) => ({ number }),
    fails: async () => {
      throw new RangeError('on purpose')
    },
  },
  Item: { name: async ({ number }) => `item ${number}` },
}
const server = new ApolloServer({ typeDefs, resolvers })
await startStandaloneServer(server, { listen: { port: Number(process.argv[2]), host: '127.0.0.1' } })
