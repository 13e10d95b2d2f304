import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container } from '../../../../src/api/kubernetes.ts'
import { probeCommands, probeCommandsVariable } from '../../../../src/inject/environment/probe-commands.ts'

const exec = (...command: string[]) => ({ exec: { command } })
const container = (fields: Partial<Container>): Container => ({ name: 'app', ...fields })

describe('the commands of probes and hooks', () => {
  it('are those of all three probes and both hooks, each once', () => {
    const probe = exec('a')
    const all = container({
      livenessProbe: probe,
      readinessProbe: exec('b'),
      startupProbe: probe,
      lifecycle: { postStart: exec('c', 'd'), preStop: exec('e') },
    })
    assert.deepEqual(probeCommands(all), [['a'], ['b'], ['c', 'd'], ['e']])
  })

  it('are none where the kubelet asks by HTTP, gRPC or not at all', () => {
    for (const none of [{}, { livenessProbe: { httpGet: {} } }, { lifecycle: {} }, { startupProbe: { exec: {} } }]) {
      assert.deepEqual(probeCommandsVariable(container(none)), [])
    }
  })

  it('have the values that the kubelet puts in: literal ones, in probes only', () => {
    const env = [
      { name: 'PORT', value: '80' },
      { name: 'SECRET', valueFrom: { secretKeyRef: { key: 'k' } } },
    ]
    const command = ['$(PORT)', '$$(PORT)', '$(NONE)', 'a$(SECRET)b', '$HOME']
    const { livenessProbe, lifecycle } = { livenessProbe: exec(...command), lifecycle: { preStop: exec('$(PORT)') } }
    assert.deepEqual(probeCommands(container({ env, livenessProbe, lifecycle })), [
      ['80', '$(PORT)', '$(NONE)', 'ab', '$HOME'],
      ['$(PORT)'],
    ])
  })

  it('reach the container as they are', () => {
    const [variable] = probeCommandsVariable(container({ readinessProbe: exec('sh', '-c', 'test "$(id -u)" = "$$"') }))
    const seen = (variable?.value ?? '').replaceAll('$$', '$')
    assert.deepEqual(JSON.parse(seen), [['sh', '-c', 'test "$(id -u)" = "$"']])
  })

  it('leave out one that is longer than a variable should be, and keep the others', () => {
    const long = container({ livenessProbe: exec('sh', '-c', 'x'.repeat(20_000)), readinessProbe: exec('b') })
    assert.deepEqual(probeCommands(long), [['b']])
  })
})

describe('the cases for boot files', () => {
  interface Case {
    about: string
    commands: string[][]
    argv: string[]
    ancestors?: string[][]
    isProbe: boolean
  }
  const file = join(import.meta.dirname, '../../../conformance/agents/probe-cases.json')
  const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[]

  it('have names of their own and both answers', () => {
    assert.equal(new Set(cases.map(({ about }) => about)).size, cases.length)
    for (const answer of [true, false]) assert.ok(cases.some(({ isProbe }) => isProbe === answer))
  })
})
