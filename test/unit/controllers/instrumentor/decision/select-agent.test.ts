import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../../../src/api/detector-protocol.ts'
import { readOverrides } from '../../../../../src/controllers/instrumentor/decision/overrides.ts'
import { AGENT_DEFINITIONS, isTooOld } from '../../../../../src/inject/agents/index.ts'
import type { AgentQuestion } from '../../../../../src/controllers/instrumentor/decision/select-agent.ts'
import { selectAgent } from '../../../../../src/controllers/instrumentor/decision/select-agent.ts'

const found = (detection: Partial<ContainerDetection>): ContainerDetection => ({
  name: 'app',
  reason: 'Detected',
  message: '',
  evidence: ['exe node'],
  ...detection,
})
const decide = (question: Partial<AgentQuestion>) =>
  selectAgent({
    container: 'app',
    pending: { reason: 'NotDetectedYet', message: 'later' },
    overrides: {},
    isIgnored: false,
    ...question,
  })

describe('selecting an agent', () => {
  const node = found({ language: 'nodejs', runtimeVersion: '22.11.0' })
  const cases: [string, Partial<AgentQuestion>, string | undefined, string][] = [
    ['nothing known', {}, undefined, 'NotDetectedYet'],
    ['Node.js', { detection: node }, 'nodejs', 'AgentSelected'],
    ['Python 3.11', { detection: found({ language: 'python', runtimeVersion: '3.11' }) }, 'python', 'AgentSelected'],
    [
      'Python 2.7',
      { detection: found({ language: 'python', runtimeVersion: '2.7' }) },
      undefined,
      'RuntimeNotSupported',
    ],
    ['Java 1.8', { detection: found({ language: 'java', runtimeVersion: '1.8.0_392' }) }, 'java', 'AgentSelected'],
    ['Java 7', { detection: found({ language: 'java', runtimeVersion: '1.7.0' }) }, undefined, 'RuntimeNotSupported'],
    [
      'Go',
      { detection: found({ language: 'go', runtimeVersion: '1.26.8', executable: '/app' }) },
      'go-ebpf',
      'AgentSelected',
    ],
    ['Ruby', { detection: found({ language: 'ruby' }) }, undefined, 'NotSupported'],
    [
      'Redis',
      { detection: found({ language: 'infrastructure', reason: 'Infrastructure' }) },
      undefined,
      'Infrastructure',
    ],
    ['another agent', { detection: found({ language: 'java', reason: 'OtherAgent' }) }, undefined, 'OtherAgent'],
    ['an SDK of its own', { detection: found({ language: 'go', reason: 'OwnSdk' }) }, undefined, 'OwnSdk'],
    [
      'an SDK of its own, in a namespace that configures them',
      { detection: found({ language: 'ruby', reason: 'OwnSdk' }), configuresOwnSdk: true },
      'sdk-config',
      'AgentSelected',
    ],
    ['no SDK, in such a namespace', { detection: node, configuresOwnSdk: true }, 'nodejs', 'AgentSelected'],
    [
      'no agent named, in such a namespace',
      { detection: found({ reason: 'OwnSdk' }), configuresOwnSdk: true, overrides: { agent: 'none' } },
      undefined,
      'OverriddenByUser',
    ],
    ['configuration named, nothing detected', { overrides: { agent: 'sdk-config' } }, 'sdk-config', 'OverriddenByUser'],
    ['ignored', { detection: node, isIgnored: true }, undefined, 'IgnoredContainer'],
    ['rolled back', { detection: node, rolledBack: { message: 'it crashed' } }, undefined, 'RolledBack'],
    ['agent none', { detection: node, overrides: { agent: 'none' } }, undefined, 'OverriddenByUser'],
    ['language named, nothing detected', { overrides: { language: 'java' } }, 'java', 'OverriddenByUser'],
    ['agent named against detection', { detection: node, overrides: { agent: 'java' } }, 'java', 'OverriddenByUser'],
    ['Go named before its program is known', { overrides: { language: 'go' } }, undefined, 'NotDetectedYet'],
    ['language without agent named', { overrides: { language: 'ruby' } }, undefined, 'NotSupported'],
    ['bad annotation', { detection: node, overrides: { problem: 'what?' } }, undefined, 'InvalidAnnotation'],
  ]
  for (const [title, question, agent, reason] of cases) {
    it(title, () => {
      const decision = decide(question)
      assert.deepEqual([decision.agent, decision.reason], [agent, reason])
    })
  }

  it('keeps what was found, also where there is no agent', () =>
    assert.equal(decide({ detection: node, isIgnored: true, image: 'sha256:1' }).language, 'nodejs'))

  it('adds no agent where that would replace a value that may be secret, until the pod sets it itself', () => {
    const detection = found({ language: 'nodejs', runtimeEnv: [{ name: 'NODE_OPTIONS', value: '' }] })
    const { agent, reason, message } = decide({ detection })
    assert.deepEqual([agent, reason], [undefined, 'EnvironmentConflict'])
    assert.match(message, /set it in env/)
    assert.equal(decide({ detection, overrides: { agent: 'nodejs' } }).reason, 'EnvironmentConflict')
    assert.equal(decide({ detection, variables: ['NODE_OPTIONS'] }).agent, 'nodejs')
    assert.equal(decide({ detection: { ...detection, language: 'python' } }).agent, 'python')
  })

  it('tells in which image it was found, also as the pod named it', () => {
    const { image, imageID, fingerprint } = decide({ detection: node, image: 'sha256:1#a#b', imageReference: 'web:1' })
    assert.deepEqual([image, imageID, fingerprint], ['web:1', 'sha256:1', 'a#b'])
  })

  it('compares versions', () => {
    assert.equal(isTooOld('3.8.18', AGENT_DEFINITIONS.python), false)
    assert.equal(isTooOld('3.10.0', AGENT_DEFINITIONS.python), false)
    assert.equal(isTooOld('3.7.9', AGENT_DEFINITIONS.python), true)
    assert.equal(isTooOld('go1.18', AGENT_DEFINITIONS['go-ebpf']), true)
    assert.equal(isTooOld('1.19', AGENT_DEFINITIONS['go-ebpf']), false)
    assert.equal(isTooOld('8u392-b08', AGENT_DEFINITIONS.java), false)
    assert.equal(isTooOld('1.8.0_392', AGENT_DEFINITIONS.java), false)
    assert.equal(isTooOld('1.7.0', AGENT_DEFINITIONS.java), true)
  })
})

describe('override annotations', () => {
  const read = (language: string) => readOverrides({ 'odigos.io/language': language }, 'app')
  it('hold for all containers, or for those that are named', () => {
    assert.equal(read('java').language, 'java')
    assert.equal(read('web=nodejs, app=python').language, 'python')
    assert.equal(read('web=nodejs').language, undefined)
  })
  it('with a value that is not understood are a problem that names the choices', () =>
    assert.match(read('cobol').problem ?? '', /"cobol" is not one of nodejs, python/))
})
