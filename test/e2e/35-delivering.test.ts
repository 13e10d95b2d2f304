/** Each Destination says whether its data is delivered, with the words of the backend from the log of a real gateway. */
import assert from 'node:assert/strict'
import { BACKEND_NAME } from '../../deploy/demo/backend.ts'
import type { Destination } from '../../src/api/kinds/destination.ts'
import { connectionTestReport } from '../../src/api/reports/connection-test.ts'
import { deliveryReport } from '../../src/api/reports/delivery-report.ts'
import type { Receipt } from '../../src/api/reports/receipt.ts'
import { receiptReport } from '../../src/api/reports/receipt.ts'
import { telemetryReport } from '../../src/api/reports/telemetry-report.ts'
import { eventually } from '../../tools/eventually.ts'
import { kubectl, only, podsOf } from '../support/cluster/demo.ts'
import type { ReceiptTarget } from '../../src/view/commands.ts'
import { connectionTestCommand, receiptCommand } from '../../src/view/commands.ts'
import type { SpanSender } from '../support/telemetry/span-sender.ts'
import { startSpanSender } from '../support/telemetry/span-sender.ts'

const NAMESPACE = 'odigos-system'
/** No other backend has a name or path like these. */
const FAULTS = {
  'no-name': `http://no-such-service.${NAMESPACE}.svc:4318`,
  'no-path': `http://odigos-instrumentor.${NAMESPACE}.svc:8080`,
}

const destination = (name: string, endpoint: string): object => ({
  apiVersion: 'odigos.io/v1alpha1',
  kind: 'Destination',
  metadata: { name, namespace: NAMESPACE },
  spec: { type: 'otlphttp', signals: ['traces'], fields: { endpoint } },
})

/** `False Unreachable: message` of the condition. */
const delivering = async (name: string): Promise<string> => {
  const { status } = await kubectl.json<Destination>(['get', 'destination', '-n', NAMESPACE, name])
  const found = status?.conditions?.find(({ type }) => type === 'Delivering')
  return `${found?.status} ${found?.reason}: ${found?.message}`
}

const says = async (name: string, pattern: RegExp): Promise<void> => {
  let last = ''
  await eventually(`${name}: ${pattern.source}`, 180, async () => {
    last = await delivering(name)
    return pattern.test(last)
  }).catch((error: unknown) => {
    throw new Error(last, { cause: error })
  })
}

const report = async (process: string, path: string): Promise<unknown> => {
  const proxy = `/api/v1/namespaces/${NAMESPACE}/services/odigos-${process}:8080/proxy${path}`
  return JSON.parse(await kubectl.run(['get', '--raw', proxy]))
}

/** As the UI shows it for copying. */
const receipt = async (target: ReceiptTarget): Promise<Receipt> => {
  const [, path = ''] = /--raw '(.*)'$/.exec(receiptCommand(target, NAMESPACE)) ?? []
  return receiptReport.parse(JSON.parse(await kubectl.run(['create', '-f', '/dev/null', '--raw', path])))
}

/** As the documentation says, of a Destination that does not exist: `Passed Delivering: message` of each signal. */
const tested = async (endpoint: string): Promise<string[]> => {
  const path = /--raw '(.*)'$/.exec(connectionTestCommand(NAMESPACE))?.[1] ?? ''
  const answer = await kubectl.run(
    ['create', '-f', '-', '--raw', path],
    JSON.stringify(destination('not-saved', endpoint)),
  )
  const { signals } = connectionTestReport.parse(JSON.parse(answer))
  return signals.map(({ outcome, reason, message }) => `${outcome} ${reason}: ${message}`)
}

const linesOf = ({ paths }: Receipt): string => paths.map(({ line }) => line).join('\n')

describe('the delivery to destinations', function () {
  this.timeout(600_000)
  let sender: SpanSender

  before(async () => {
    await kubectl.apply(Object.entries(FAULTS).map(([name, endpoint]) => destination(name, endpoint)))
    const node = only(await podsOf(NAMESPACE, 'odigos.io/component=node-collector')).status?.podIP ?? ''
    sender = startSpanSender(`http://${node}:4318`, { perRequest: 5, intervalMs: 200 })
  })
  after(async () => {
    await sender?.stop()
    await kubectl.run(['delete', 'destination', '-n', NAMESPACE, ...Object.keys(FAULTS), '--ignore-not-found'])
    await kubectl.run(['rollout', 'status', '-n', NAMESPACE, 'statefulset/odigos-gateway', '--timeout=120s'])
  })

  it('is tested before a destination is saved', async () => {
    assert.match((await tested('http://trace-backend.trace-backend.svc:4318')).join(), /^Passed /)
    assert.match((await tested(FAULTS['no-name'])).join(), /^Stopped Unreachable: .*lookup no-such-service/)
    assert.match((await tested(FAULTS['no-path'])).join(), /^Stopped AllDataRejected: .*HTTP 404/)
    assert.deepEqual(await podsOf(NAMESPACE, 'odigos.io/component=connection-test'), [])
  })

  it('is told of each, in the words of the network and of the backend', async () => {
    await says(BACKEND_NAME, /^True Delivering: .*traces.*: the backend accepts the data$/)
    await says('no-name', /^False Unreachable: traces: .*lookup no-such-service/)
    await says('no-path', /^False AllDataRejected: traces: .*HTTP 404 Not Found/)
  })

  it('is followed by a probe, of a workload and of a destination', async () => {
    const ofCart = await receipt({ namespace: 'shop', kind: 'Deployment', name: 'cart' })
    assert.match(linesOf(ofCart), new RegExp(`^traces → ${BACKEND_NAME}: delivered after `, 'm'))
    assert.match(
      linesOf(ofCart),
      /^traces → no-path: stopped at Destination \(AllDataRejected\): .*HTTP 404 Not Found/m,
    )
    assert.equal(ofCart.agent?.outcome, 'Passed', ofCart.agent?.message)
    assert.deepEqual(ofCart.warnings, [])
    assert.ok(ofCart.durationMs < 30_000)
    const ofNoName = await receipt({ destination: 'no-name' })
    assert.match(
      linesOf(ofNoName),
      /^traces → no-name: stopped at Destination \(Unreachable\): .*lookup no-such-service/,
    )
  })

  it('is reported live, and so is what arrives of workloads', async () => {
    const { destinations, gateways } = deliveryReport.parse(await report('autoscaler', '/delivery'))
    assert.ok(gateways > 0)
    const [signal] = destinations.find(({ name }) => name === 'no-path')?.signals ?? []
    assert.ok(signal && signal.lately.failed > 0 && signal.lastError?.message.startsWith('HTTP 404'))
    const { workloads } = telemetryReport.parse(await report('instrumentor', '/telemetry'))
    assert.ok(workloads.some(({ signals }) => signals.some(({ items }) => items > 0)))
  })
})
