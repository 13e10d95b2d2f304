/** The chart's way to give agents' images a registry, digests and pull Secrets of their own. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Pod } from '../../../src/api/kubernetes.ts'
import { agentImages } from '../../../src/inject/agents/images.ts'
import { AGENT_DEFINITIONS } from '../../../src/inject/agents/index.ts'
import { decide } from '../../../src/inject/decide.ts'
import { loadConfig } from '../../../src/process/config.ts'
import { contextFor } from '../../support/injection/injection-context.ts'

const CHART = join(import.meta.dirname, '../../../deploy/helm')
const read = (path: string): string => readFileSync(join(CHART, path), 'utf8')

const DIGEST = `sha256:${'a'.repeat(64)}`
const imagesWith = (env: Record<string, string>) =>
  agentImages(loadConfig('webhook', { IMAGE_REGISTRY: 'own.test/odigos', IMAGE_TAG: '1.0', ...env }))

describe("agents' images", () => {
  it('come from where those of Odigos come from', () => {
    const images = imagesWith({ AGENT_IMAGE_REGISTRY: '', AGENT_IMAGES: '{}', AGENT_PULL_SECRETS: '' })
    assert.equal(images.agent('nodejs'), 'own.test/odigos/agent-nodejs:1.0')
    assert.equal(images.pullSecrets, undefined)
  })

  it('can have a registry, a tag and references of their own', () => {
    const images = imagesWith({
      AGENT_IMAGE_REGISTRY: 'mirror.test:5000',
      AGENT_IMAGE_TAG: '2.0',
      AGENT_IMAGES: JSON.stringify({ java: `other.test/java@${DIGEST}` }),
    })
    assert.equal(images.agent('nodejs'), 'mirror.test:5000/agent-nodejs:2.0')
    assert.equal(images.agent('java'), `other.test/java@${DIGEST}`)
  })

  it('are not taken for an agent that does not exist', () =>
    assert.throws(() => imagesWith({ AGENT_IMAGES: '{"cobol":"x"}' }), /AGENT_IMAGES/))

  it('are the same for the process that injects and the one that compares', () => {
    const template = read('templates/_process.tpl').match(/define "odigos.imageEnv" -\}\}\n([^]*?)\{\{- end/)?.[1] ?? ''
    const names = [...template.matchAll(/^([A-Z_]+):/gm)].map(([, name = '']) => name)
    assert.ok(names.includes('AGENT_PULL_SECRETS'))
    for (const name of names)
      for (const process of ['webhook', 'instrumentor'] as const)
        assert.ok(
          name in loadConfig(process, { [name]: name === 'AGENT_IMAGES' ? '{}' : 'Always' }),
          `${process} ${name}`,
        )
    for (const process of ['webhook', 'instrumentor'])
      assert.match(read(`templates/${process}.yaml`), /include "odigos\.imageEnv"/)
  })

  it('have a schema that knows every agent, and references with tags and digests', () => {
    const schema = JSON.parse(read('values.schema.json')) as {
      properties: { agents: { properties: { images: { properties: { references: { patternProperties: object } } } } } }
    }
    const [[key, value] = ['$^', undefined]] = Object.entries(
      schema.properties.agents.properties.images.properties.references.patternProperties,
    ) as [string, { pattern: string }][]
    const withImage = Object.values(AGENT_DEFINITIONS).filter(({ delivery }) => delivery !== 'configuration')
    for (const { name } of withImage) assert.match(name, new RegExp(key))
    const reference = new RegExp(value?.pattern ?? '$^')
    for (const good of [
      'r.test/agent-nodejs:1',
      'r.test:5000/a/b:1.2',
      `r.test/a@${DIGEST}`,
      `r.test:5000/a:1@${DIGEST}`,
      'a',
    ])
      assert.match(good, reference)
    for (const bad of ['', 'r.test/a b', 'r.test/a@sha256:12', 'r.test/a:']) assert.doesNotMatch(bad, reference)
  })

  it('have defaults in the values that change nothing', () => {
    const { agents } = parse(read('values.yaml')) as { agents: unknown }
    assert.deepEqual(agents, { images: { registry: '', tag: '', references: {} }, pullSecrets: [] })
  })

  const pod = (imagePullSecrets?: { name: string }[]): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shop', namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'shop:1' }], ...(imagePullSecrets ? { imagePullSecrets } : {}) },
  })
  const secretsAfter = (given: Pod, pullSecrets: string[]): unknown => {
    const images = { agent: () => 'r.test/agent-nodejs:1', pullPolicy: 'IfNotPresent', pullSecrets }
    const { patch } = decide(given, contextFor(given, 'nodejs', { images }))
    return patch.filter(({ path }) => path.startsWith('/spec/imagePullSecrets')).map(({ value }) => value)
  }

  it('are pulled with the Secrets of the values, beside those of the pod', () => {
    assert.deepEqual(secretsAfter(pod(), []), [])
    assert.deepEqual(secretsAfter(pod(), ['pull']), [[{ name: 'pull' }]])
    assert.deepEqual(secretsAfter(pod([{ name: 'mine' }]), ['pull']), [{ name: 'pull' }])
    assert.deepEqual(secretsAfter(pod([{ name: 'pull' }]), ['pull']), [])
  })

  it('are pulled without them where no agent is added', () => {
    const given = pod()
    const images = { agent: () => 'r.test/a:1', pullPolicy: 'IfNotPresent', pullSecrets: ['pull'] }
    const context = contextFor(given, 'nodejs', { images })
    const configFor = { ...context.configFor, containers: [{ name: 'app', reason: 'RolledBack', message: '' }] }
    const { patch } = decide(given, { ...context, configFor } as typeof context)
    assert.deepEqual(
      patch.filter(({ path }) => path.startsWith('/spec')),
      [],
    )
  })
})
