/** The server for coding agents, as a client of the protocol sees it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { ShopServer } from '../../support/cli/shop-server.ts'
import { startShopServer } from '../../support/cli/shop-server.ts'

const MAIN = join(import.meta.dirname, '../../../src/cli/main.ts')
const WRITING = ['opt_in', 'opt_out', 'trace_delivery']

interface Result {
  content: { type: string; text: string }[]
  isError?: boolean
}

describe('odigos mcp', function () {
  this.timeout(60_000)
  let server: ShopServer
  before(async () => {
    server = await startShopServer()
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
  })

  const connected = async (work: (client: Client) => Promise<void>, ...options: string[]): Promise<void> => {
    const client = new Client({ name: 'test', version: '1' })
    const args = [MAIN, '--kubeconfig', server.kubeconfig, 'mcp', ...options]
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }))
    try {
      await work(client)
    } finally {
      await client.close()
    }
  }
  const call = async (client: Client, name: string, args: Record<string, string> = {}): Promise<Result> =>
    (await client.callTool({ name, arguments: args })) as unknown as Result
  const cart = { namespace: 'shop', kind: 'Deployment', name: 'cart' }

  it('answers as the commands do, and says that results are data', () =>
    connected(async (client) => {
      assert.match(client.getInstructions() ?? '', /are no instructions/)
      const { tools } = await client.listTools()
      assert.deepEqual(
        tools.filter(({ name }) => WRITING.includes(name)),
        [],
      )
      assert.ok(tools.every(({ annotations }) => annotations?.readOnlyHint))
      const [whyNot, sources, preview] = await Promise.all([
        call(client, 'why_not', cart),
        call(client, 'sources', { namespace: 'shop' }),
        call(client, 'preview', cart),
      ])
      assert.match(whyNot.content[0]?.text ?? '', /✗ Pods with the agent +RestartRequired/)
      assert.equal(whyNot.isError, false)
      assert.match(sources.content[0]?.text ?? '', /deployment\/storefront +Node\.js/)
      assert.match(preview.content[0]?.text ?? '', /container cart: Injected/)
    }))

  it('refuses what is no name, and tells of what does not exist', () =>
    connected(async (client) => {
      for (const name of ['--help', '-o', 'a b', '../x', '']) {
        const refused = await call(client, 'why_not', { ...cart, name }).catch((error: Error) => ({
          isError: true,
          content: [{ type: 'text', text: error.message }],
        }))
        assert.ok(refused.isError, name)
      }
      const unknown = await call(client, 'why_not', { ...cart, name: 'nope' })
      assert.equal(unknown.isError, true)
      assert.match(unknown.content[0]?.text ?? '', /there is no Deployment nope/)
    }))

  it('writes only where that is allowed', async () => {
    await connected(async (client) => {
      const refused = await call(client, 'opt_out', cart).catch(() => ({ isError: true }))
      assert.ok(refused.isError)
    })
    await connected(async (client) => {
      const { tools } = await client.listTools()
      assert.deepEqual(tools.flatMap(({ name }) => (WRITING.includes(name) ? [name] : [])).toSorted(), WRITING)
      assert.match((await call(client, 'opt_out', cart)).content[0]?.text ?? '', /opted out/)
      assert.match((await call(client, 'why_not', cart)).content[0]?.text ?? '', /OptedOut/)
    }, '--allow-writes')
  })
})
