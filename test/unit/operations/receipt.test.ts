/** What the UI makes of the answers of the autoscaler to a request for a receipt. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Receipt } from '../../../src/api/reports/receipt.ts'
import { receiptCommand } from '../../../src/view/commands.ts'
import { isProblem } from '../../../src/operations/problem.ts'
import { overNetwork } from '../../../src/operations/ask-autoscaler.ts'
import { makeReceipt, receiptSchema } from '../../../src/operations/receipt.ts'

const RECEIPT: Receipt = {
  probe: 'abcdefghij',
  sentTime: '2026-01-01T00:00:00Z',
  durationMs: 1_500,
  subject: 'Destination/backend',
  warnings: [],
  paths: [{ signal: 'traces', destination: 'backend', isDelivered: true, hops: [], line: 'delivered' }],
}

describe('receipts in the UI', () => {
  let answer: [number, string] = [200, '']
  let asked = ''
  let server: Server
  let service = ''
  before(async () => {
    server = createServer((request, response) => {
      asked = `${request.method} ${request.url}`
      response.writeHead(answer[0]).end(answer[1])
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    service = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => new Promise((resolve) => server.close(resolve)))

  const made = async (status: number, body: unknown): Promise<string> => {
    answer = [status, typeof body === 'string' ? body : JSON.stringify(body)]
    const result = await makeReceipt(overNetwork(service), { destination: 'backend' })
    return isProblem(result) ? `${result.status} ${result.code}: ${result.message}` : result.probe
  }

  it('are those of the autoscaler', async () => {
    assert.equal(await made(200, RECEIPT), 'abcdefghij')
    assert.equal(asked, 'POST /receipt?destination=backend')
    await makeReceipt(overNetwork(service), { namespace: 'shop', kind: 'Deployment', name: 'cart' })
    assert.equal(asked, 'POST /receipt?namespace=shop&kind=Deployment&name=cart')
  })

  it('have the words of the autoscaler where there is none', async () => {
    assert.match(
      await made(422, { error: 'no node collector is ready' }),
      /^422 NoReceipt: no node collector is ready$/,
    )
    assert.match(await made(404, ''), /^502 AutoscalerUnreachable/)
    assert.match(await made(200, '<html>'), /^502 AutoscalerUnreachable/)
    const nobody = await makeReceipt(overNetwork('http://127.0.0.1:1'), { destination: 'backend' })
    assert.ok(isProblem(nobody) && nobody.code === 'AutoscalerUnreachable')
  })

  it('are about one workload or one Destination', () => {
    for (const wrong of [{}, { destination: '../x' }, { namespace: 'a', kind: 'Pod', name: 'b' }])
      assert.equal(receiptSchema.safeParse(wrong).success, false, JSON.stringify(wrong))
  })

  it('can be made with kubectl', () =>
    assert.equal(
      receiptCommand({ destination: 'backend' }, 'odigos-system'),
      "kubectl create -f /dev/null --raw '/api/v1/namespaces/odigos-system/services/odigos-autoscaler:8080/proxy/receipt?destination=backend'",
    ))
})
