import assert from 'node:assert/strict'
import type { ProcessName } from '../../../src/process/config.ts'
import { configs, kubernetesEnvironment, loadConfig } from '../../../src/process/config.ts'

describe('config', () => {
  for (const name of Object.keys(configs) as ProcessName[]) {
    // The detector is never started by a person, and needs its targets.
    if (name === 'detector') continue
    it(`of ${name} is complete without any variable that a person has to know`, () => {
      assert.equal(loadConfig(name, {}).LOG_LEVEL, 'info')
    })
  }

  it('has the defaults that the chart counts on', () => {
    const { NAMESPACE, METRICS_PORT, PORT, TLS_DIR } = loadConfig('webhook', {})
    assert.deepEqual([NAMESPACE, METRICS_PORT, PORT, TLS_DIR], ['odigos-system', 8080, 9443, '/etc/odigos/tls'])
  })

  it('turns numbers into numbers, and takes an empty variable as absent', () => {
    assert.equal(loadConfig('scheduler', { METRICS_PORT: '9090' }).METRICS_PORT, 9090)
    assert.equal(loadConfig('scheduler', { METRICS_PORT: '', NAMESPACE: '' }).METRICS_PORT, 8080)
  })

  it('takes the host names of the UI from a list, however it is written', () => {
    assert.deepEqual(loadConfig('ui', { ALLOWED_HOSTS: ' ui.Example.com,,other.example ' }).ALLOWED_HOSTS, [
      'ui.example.com',
      'other.example',
    ])
  })

  it('tells all errors at once, without the values', () => {
    assert.throws(
      () => loadConfig('webhook', { METRICS_PORT: '0', PORT: 'secret-token', LOG_LEVEL: 'loud' }),
      (error: Error) => {
        assert.match(error.message, /^webhook: /)
        for (const variable of ['METRICS_PORT', 'PORT', 'LOG_LEVEL']) {
          assert.match(error.message, new RegExp(`^ {2}${variable}: `, 'm'))
        }
        assert.doesNotMatch(error.message, /secret-token|loud/)
        return true
      },
    )
  })

  it('knows where the API server is from the variables of kubectl and the kubelet', () => {
    const env = { KUBECONFIG: '', HOME: '/root', KUBERNETES_SERVICE_HOST: '10.0.0.1' }
    assert.deepEqual(kubernetesEnvironment(env), {
      kubeconfig: undefined,
      home: '/root',
      host: '10.0.0.1',
      port: '443',
    })
  })
})
