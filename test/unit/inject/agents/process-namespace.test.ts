import assert from 'node:assert/strict'
import type { Container, Pod, PodSpec } from '../../../../src/api/kubernetes.ts'
import { decide } from '../../../../src/inject/decide.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'

/** Of the Go container `app`, beside a container with these fields. */
const outcomeOf = (neighbour: Partial<Container>, rest: Partial<PodSpec> = {}, app: Partial<Container> = {}) => {
  const containers: Container[] = [
    { name: 'app', image: 'app:1', ...app },
    { name: 'side', image: 'side:1', ...neighbour },
  ]
  const pod: Pod = { spec: { ...rest, containers } }
  const spec = configFor(pod, 'go-ebpf')
  const config = { ...spec, containers: spec.containers.filter(({ name }) => name === 'app') }
  return decide(pod, contextFor(pod, 'go-ebpf', { configFor: config })).containers['app']
}

const exec = (...command: string[]) => ({ exec: { command } })
const reaching = exec('sh', '-c', 'kill -0 1')

/** Fields with a command, each of which can need process 1 or reach it. */
const FIELDS: [field: string, container: Partial<Container>][] = [
  ['command', { command: ['/init'] }],
  ['args', { args: ['/init'] }],
  ['a livenessProbe', { livenessProbe: reaching }],
  ['a readinessProbe', { readinessProbe: reaching }],
  ['a startupProbe', { startupProbe: reaching }],
  ['a postStart hook', { lifecycle: { postStart: reaching } }],
  ['a preStop hook', { lifecycle: { preStop: reaching } }],
  ['a variable', { env: [{ name: 'LOG', value: '/proc/1/fd/1' }] }],
]

describe('a process namespace that the containers of a pod would share', () => {
  for (const [field, container] of FIELDS) {
    it(`is refused for ${field} of a neighbour`, () =>
      assert.equal(outcomeOf(container)?.reason, 'ProcessNamespaceNotShared'))
    it(`is refused for ${field} of the application`, () =>
      assert.equal(outcomeOf({}, {}, container)?.reason, 'ProcessNamespaceNotShared'))
    it(`is refused for ${field} of an init container`, () => {
      const initContainers = [{ name: 'prepare', image: 'prepare:1', ...container }]
      assert.equal(outcomeOf({}, { initContainers })?.reason, 'ProcessNamespaceNotShared')
    })
    it(`is no matter of ${field} where the pod shares it already`, () =>
      assert.equal(outcomeOf(container, { shareProcessNamespace: true })?.reason, 'Injected'))
  }

  it('is shared where nothing needs its own', () => {
    const harmless = {
      command: ['nginx'],
      livenessProbe: exec('cat', '/ready'),
      lifecycle: { preStop: exec('sleep', '5') },
    }
    assert.equal(outcomeOf(harmless)?.reason, 'Injected')
  })

  it('does not repeat the value of a variable, which can be secret', () => {
    const secret = outcomeOf({ env: [{ name: 'SCRIPT', value: 'kill -9 1; TOKEN=s3cret' }] })
    assert.equal(secret?.reason, 'Injected', 'a variable is no command')
    const named = outcomeOf({ env: [{ name: 'LOG', value: '/proc/1/fd/1?s3cret' }] })
    assert.equal(named?.reason, 'ProcessNamespaceNotShared')
    assert.doesNotMatch(named?.message ?? '', /s3cret|fd/)
  })
})
