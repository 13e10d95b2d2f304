import assert from 'node:assert/strict'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import { fixtureNames, replay } from './replay.ts'

type Row = [fixture: string, expected: Partial<ContainerDetection>]

const detected = (language: ContainerDetection['language'], runtimeVersion?: string): Partial<ContainerDetection> => ({
  reason: 'Detected',
  language,
  runtimeVersion,
})
const infrastructure = (name: string): Partial<ContainerDetection> => ({
  reason: 'Infrastructure',
  language: 'infrastructure',
  message: `runs ${name}`,
})

/** Every recorded container (scripts/record-proc.ts) and what must be found in it. */
const TABLE: Row[] = [
  ['apache-2.4-mod-php', detected('php', '8.2')],
  ['bun-1', { reason: 'NotSupported', language: 'bun' }],
  ['c-musl', { ...detected('native'), libc: 'musl' }],
  ['c-static', { ...detected('native'), libc: 'none', executable: '/srv/app/capp' }],
  ['cpp-12', { ...detected('native'), libc: 'glibc' }],
  ['deno-2', { reason: 'NotSupported', language: 'deno' }],
  ['erlang-25', { reason: 'NotSupported', language: 'erlang' }],
  ['go-1.26', { ...detected('go', '1.26.8'), libc: 'none', executable: '/srv/app/tiny', confidence: 'high' }],
  ['go-1.26-cgo', { ...detected('go', '1.26.8'), libc: 'glibc' }],
  ['go-1.26-named-python', { ...detected('go', '1.26.8'), executable: '/srv/app/python' }],
  ['go-1.26-no-build-info', { ...detected('go', undefined), reason: 'GoProgramUnreadable' }],
  ['go-1.26-stripped', detected('go', '1.26.8')],
  ['java-17', { ...detected('java', '17.0.15'), libc: 'glibc', confidence: 'high' }],
  ['java-jlink', { reason: 'RuntimeNotSupported', language: 'java', runtimeVersion: '17.0.15' }],
  ['java-sh-parent', detected('java', '17.0.15')],
  ['memcached-1.6', infrastructure('memcached')],
  ['nginx-1.22', infrastructure('nginx')],
  ['node-14', detected('nodejs', '14.21.3')],
  ['node-16', detected('nodejs', '16.20.2')],
  ['node-18', detected('nodejs', '18.20.8')],
  ['node-20', detected('nodejs', '20.20.2')],
  ['node-22', { ...detected('nodejs', '22.23.3'), libc: 'glibc', confidence: 'high' }],
  [
    'node-22-lying-variable',
    {
      ...detected('nodejs', '22.23.3'),
      runtimeEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=256' }],
      evidence: ['exe /opt/n22/bin/node', 'NODE_VERSION is 18.0.0, but the program is 22.23.3'],
    },
  ],
  ['node-npm-start', detected('nodejs', '22.23.3')],
  ['node-with-python-helper', { ...detected('nodejs', '22.23.3'), confidence: 'medium' }],
  ['php-8.2', detected('php', '8.2')],
  ['php-fpm-8.2', detected('php', '8.2')],
  ['php-fpm-8.2-with-nginx', detected('php', '8.2')],
  ['postgres-15', infrastructure('postgres')],
  ['python-2.7', detected('python', '2.7.18')],
  ['python-3.6', detected('python', '3.6.15')],
  ['python-3.7', detected('python', '3.7.16')],
  ['python-3.8', detected('python', '3.8.18')],
  ['python-3.9', detected('python', '3.9.18')],
  ['python-3.10', detected('python', '3.10.13')],
  ['python-3.11', detected('python', '3.11.7')],
  ['python-3.12', detected('python', '3.12.1')],
  ['python-3.13', detected('python', '3.13.0')],
  ['python-gunicorn-debian', detected('python', '3.11.2')],
  [
    'python-gunicorn-title',
    { ...detected('python', '3.11.7'), evidence: ['exe /usr/local/bin/python3.11', 'runs gunicorn'] },
  ],
  [
    'python-isolated',
    {
      reason: 'RuntimeNotSupported',
      message: 'Python runs with -E, which prevents agents from loading',
      runtimeEnv: [{ name: 'PYTHONPATH', value: '/srv/lib' }],
    },
  ],
  ['python-pyinstaller', { reason: 'RuntimeNotSupported', language: 'python', runtimeVersion: '3.11' }],
  ['python-uwsgi', detected('python', '3.11.2')],
  ['redis-7', infrastructure('redis-server')],
  ['ruby-3.1', detected('ruby', '3.1.7')],
  ['rust-1.95', detected('native', '1.95.0')],
  ['rust-1.95-stripped', detected('native', '1.95.0')],
  ['sleep', { reason: 'StillStarting', language: undefined }],
  ['supervisord-node-22', detected('nodejs', '22.23.3')],
  ['tini-java-17', detected('java', '17.0.15')],
]

describe('detector: recorded containers', () => {
  for (const [fixture, expected] of TABLE) {
    it(fixture, () => {
      const answer = replay(fixture)
      const seen = Object.fromEntries(
        Object.keys(expected).map((key) => [key, answer[key as keyof ContainerDetection]]),
      )
      assert.deepEqual(seen, expected)
    })
  }

  it('has a row for every recording', () => {
    assert.deepEqual(TABLE.map(([fixture]) => fixture).toSorted(), fixtureNames().toSorted())
  })
})
