import assert from 'node:assert/strict'
import { parseAllDocuments } from 'yaml'
import { instrumentationConfigName } from '../../../src/api/workloads.ts'
import { destinationManifest, inspectCommand, tryAgainCommand } from '../../../src/view/commands.ts'
import { secretName } from '../../../src/view/destination-type.ts'

describe('commands that the UI shows', () => {
  it('name the InstrumentationConfig as the instrumentor does, also for a long name', () => {
    const configName = instrumentationConfigName('StatefulSet', 'x'.repeat(253))
    assert.ok(configName.length <= 253)
    const workload = { configName, namespace: 'shop' }
    assert.equal(inspectCommand(workload), `kubectl get instrumentationconfig ${configName} -n shop -o yaml`)
    assert.match(tryAgainCommand(workload), new RegExp(`^kubectl patch instrumentationconfig ${configName} -n shop `))
  })

  it('create a Destination that refers to its Secret', () => {
    const text = destinationManifest({
      name: 'bus',
      namespace: 'odigos-system',
      type: 'kafka',
      signals: ['traces'],
      fields: { brokers: 'a:9092' },
      secretFields: ['password'],
    })
    const [secret, destination] = parseAllDocuments(text).map((document) => document.toJS() as Record<string, object>)
    assert.deepEqual(secret?.['metadata'], { name: secretName('bus'), namespace: 'odigos-system' })
    assert.deepEqual(destination?.['spec'], {
      type: 'kafka',
      signals: ['traces'],
      fields: { brokers: 'a:9092' },
      secretRef: { name: secretName('bus') },
    })
  })
})
