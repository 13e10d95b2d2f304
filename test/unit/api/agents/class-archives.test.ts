import assert from 'node:assert/strict'
import { findArchiveOption } from '../../../../src/api/agents/class-archives.ts'
import { decide as inject } from '../../../../src/inject/decide.ts'
import type { Container, Pod } from '../../../../src/api/kubernetes.ts'
import { configFor, contextFor } from '../../../support/injection/injection-context.ts'
import { decide, processOf } from '../../detector/replay.ts'

const OPTIONS = [
  '-XX:AOTCache=app.aot',
  '-XX:AOTCacheOutput=app.aot',
  '-XX:AOTConfiguration=app.aotconf',
  '-XX:AOTMode=on',
  '-XX:AOTMode=record',
  '-XX:ArchiveClassesAtExit=app.jsa',
  '-XX:+AutoCreateSharedArchive',
]
const OTHERS = [
  '-XX:AOTMode=off',
  '-XX:-AutoCreateSharedArchive',
  '-Xshare:auto',
  '-Xshare:on',
  '-XX:+UseZGC',
  'AOTCache=x',
]

const detected = (argv: string[], env: Record<string, string> = {}, release = 'JAVA_VERSION="25"') => {
  const process = processOf({ exe: '/opt/java/bin/java', argv: ['java', ...argv, '-jar', 'app.jar'], env })
  return decide({ processes: [process], files: { [process.pid]: { '/opt/java/release': release } } })
}
const injected = (container: Partial<Container>) => {
  const pod: Pod = { spec: { containers: [{ name: 'app', image: 'app:1', ...container }] } }
  return inject(pod, contextFor(pod, 'java', { configFor: configFor(pod, 'java') })).containers['app']
}

describe('archives of classes', () => {
  for (const option of OPTIONS) {
    it(`${option} is found in the process, also where the image sets it`, () => {
      for (const found of [
        detected([option]),
        detected([], { JAVA_TOOL_OPTIONS: `-Xmx1g ${option}` }),
        detected([], { JDK_JAVA_OPTIONS: option }),
      ]) {
        assert.equal(found.reason, 'RuntimeNotSupported')
        assert.match(found.message, /does not start as it does now with -XX:/)
      }
    })
    it(`${option} is found in the pod`, () => {
      for (const container of [
        { command: ['java', option, '-jar', 'app.jar'] },
        { args: [option] },
        { command: ['sh', '-c', `exec java ${option} -jar app.jar`] },
        { env: [{ name: 'JAVA_OPTS', value: `-Xmx1g ${option}` }] },
      ]) {
        assert.equal(injected(container)?.reason, 'RuntimeNotSupported')
      }
    })
  }

  for (const option of OTHERS) {
    it(`${option} is none`, () => {
      assert.equal(detected([option]).reason, 'Detected')
      assert.equal(injected({ args: [option] })?.reason, 'Injected')
    })
  }

  it('are no problem in arguments of the application', () => {
    const process = processOf({ exe: '/opt/java/bin/java', argv: ['java', '-jar', 'app.jar', '--log=AOTCache='] })
    assert.equal(decide({ processes: [process] }).reason, 'Detected')
  })

  it('that were made before are a problem of newer versions only', () => {
    const option = ['-XX:SharedArchiveFile=app.jsa']
    const reasons = ['17.0.15', '21.0.2', '22', '25.0.1', '1.8.0_392'].map(
      (version) => detected(option, {}, `JAVA_VERSION="${version}"`).reason,
    )
    assert.deepEqual(reasons, ['Detected', 'Detected', 'RuntimeNotSupported', 'RuntimeNotSupported', 'Detected'])
    assert.equal(findArchiveOption(option), undefined, 'where the version is not known')
  })
})
