import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import type { ElfFacts, GoFacts } from '../../../src/detector/binary/elf-facts.ts'
import type { ProcessSnapshot } from '../../../src/detector/proc/process-snapshot.ts'
import { NEWEST_KNOWN_MINOR } from '../../../src/detector/rules/compiled/go.ts'
import { decide, processOf } from './replay.ts'

const PLAIN = ['.text', '.gopclntab', '.go.buildinfo']

const elf = (go: Partial<GoFacts>, sections: readonly string[] = PLAIN): ElfFacts => ({
  needed: [],
  sections: [...sections],
  go: { version: '1.22.4', dependencies: [], ...go },
})

const detect = (...processes: (Partial<ProcessSnapshot> & { exe: string })[]): ContainerDetection =>
  decide({
    processes: processes.map((fields, at) =>
      processOf({ pid: 100 + at, parentPid: at === 0 ? 1 : 100, namespacePid: at + 1, ...fields }),
    ),
  })

const detectGo = (exe: string, go: Partial<GoFacts>, sections = PLAIN): ContainerDetection =>
  detect({ exe, elf: elf({ main: 'example.com/app', ...go }, sections) })

describe('detector: Go programs', () => {
  const readable: [string, Partial<GoFacts>, string[]][] = [
    ['stripped', {}, PLAIN],
    ['the newest known version', { version: `1.${NEWEST_KNOWN_MINOR}.9` }, PLAIN],
    ['without a patch number', { version: '1.21' }, PLAIN],
    ['a newer version with debug information', { version: '1.99.0' }, [...PLAIN, '.debug_info']],
    ['a table of functions as lld names it', {}, ['.text', '.data.rel.ro.gopclntab', '.go.buildinfo']],
    ['symbols instead of such a table', {}, ['.text', '.symtab', '.go.buildinfo']],
  ]
  for (const [name, facts, sections] of readable) {
    it(`are readable: ${name}`, () => assert.equal(detectGo('/app/server', facts, sections).reason, 'Detected'))
  }

  const unreadable: [string, Partial<GoFacts>, string[], RegExp][] = [
    ['a newer version, stripped', { version: '1.99.0' }, PLAIN, /1\.99\.0 is newer than the agent knows/],
    ['a release candidate', { version: '1.27rc1' }, PLAIN, /no released version/],
    ['a development version', { version: '1.27-devel' }, PLAIN, /no released version/],
    ['no section headers', {}, [], /no table of functions/],
    ['the table merged into another section', {}, ['.text', '.data.rel.ro', '.go.buildinfo'], /no table of functions/],
  ]
  for (const [name, facts, sections, message] of unreadable) {
    it(`are refused: ${name}`, () => {
      const detection = detectGo('/app/server', facts, sections)
      assert.equal(detection.reason, 'GoProgramUnreadable')
      assert.match(detection.message, message)
      assert.equal(detection.executable, '/app/server')
    })
  }

  it('the newest known version is that of the agent', () => {
    const agent = join(import.meta.dirname, '../../../deploy/toolchain/go-ebpf/internal/pkg/inject/newer_offsets.go')
    const known = [...readFileSync(agent, 'utf8').matchAll(/after\(goStd,.*semver\.New\(1, (\d+),/g)].map(([, minor]) =>
      Number(minor),
    )
    assert.equal(Math.max(...known), NEWEST_KNOWN_MINOR)
  })

  for (const name of 'registry vault vector tempo envoy cron named loki consul minio chamber confd sleep make'.split(
    ' ',
  )) {
    it(`called ${name} are the user's where their module is`, () => {
      const detection = detectGo(`/app/${name}`, { main: `github.com/acme/${name}` })
      assert.equal(detection.reason, 'Detected')
      assert.equal(detection.language, 'go')
    })
  }

  for (const [main, exe] of [
    ['github.com/hashicorp/vault', '/bin/vault'],
    ['github.com/docker/distribution', '/bin/registry'],
    ['istio.io/istio', '/usr/local/bin/pilot-agent'],
    ['github.com/nats-io/nats-server/v2', '/nats-server'],
    ['github.com/open-telemetry/opentelemetry-collector-releases/contrib', '/otelcol-contrib'],
    ['github.com/grafana/loki/v3', '/renamed'],
    ['caddy', '/usr/bin/caddy'],
  ] as const) {
    it(`of ${main} are infrastructure, and have a program for an override`, () => {
      const detection = detectGo(exe, { main })
      assert.deepEqual([detection.reason, detection.executable], ['Infrastructure', exe])
    })
  }

  it('of a collector that was built by its user are infrastructure', () => {
    const dependencies = ['go.opentelemetry.io/collector/otelcol@v0.155.0']
    assert.equal(detectGo('/otelcol-acme', { main: 'acme.test/col', dependencies }).reason, 'Infrastructure')
    assert.equal(detectGo('/otelcol-acme', { main: 'acme.test/col' }).reason, 'Detected')
    assert.equal(detectGo('/shop', { main: 'acme.test/col', dependencies }).reason, 'Detected')
  })

  for (const main of [
    'github.com/aptible/supercronic',
    'github.com/hashicorp/envconsul',
    'github.com/bank-vaults/vault-env',
    'github.com/doitintl/secrets-init',
    'github.com/go-delve/delve',
    'github.com/argoproj/argo-workflows/v3',
    'github.com/ochinchina/supervisord',
  ]) {
    it(`of ${main} start others`, () => {
      assert.equal(detectGo('/x', { main }).reason, 'StillStarting')
      const child = { exe: '/usr/bin/ruby3.1', argv: ['ruby'], listens: true }
      assert.equal(detect({ exe: '/x', elf: elf({ main }) }, child).language, 'ruby')
    })
  }

  it('beside other languages have a program for an override', () => {
    const go = { exe: '/app/api', elf: elf({ main: 'example.com/api' }), parentPid: 1, listens: true }
    const node = { exe: '/usr/local/bin/node', parentPid: 1, listens: true }
    const both = detect(node, go)
    assert.deepEqual([both.reason, both.executable], ['Ambiguous', '/app/api'])
    assert.equal(detect({ exe: '/usr/sbin/nginx' }).executable, '/usr/sbin/nginx')
    assert.equal(detect({ exe: '/usr/local/bin/node' }).executable, undefined)
  })
})

describe('detector: the first process', () => {
  const child = { exe: '/usr/local/bin/node', listens: true }
  for (const [exe, argv, expected] of [
    [
      '/package/admin/s6/command/s6-svscan',
      ['s6-svscan', '-d4', '--', '/run/service'],
      '/package/admin/s6/command/s6-svscan',
    ],
    ['/usr/lib/systemd/systemd', ['/sbin/init'], '/usr/lib/systemd/systemd'],
    ['/usr/bin/tini', ['/usr/bin/tini', '--', 'node'], '/usr/bin/tini'],
    ['/usr/bin/python3.10', ['python3', '-u', '/sbin/my_init'], '/sbin/my_init'],
    ['/usr/bin/tini', ['tini', '-s', '--', 'node'], undefined],
    ['/usr/bin/dumb-init', ['dumb-init', 'node'], undefined],
  ] as const) {
    it(`${argv.join(' ')}: ${expected ?? 'may be any process'}`, () => {
      assert.equal(detect({ exe, argv: [...argv] }, child).firstProcess, expected)
      assert.equal(detect({ exe, argv: [...argv], namespacePid: 7 }, child).firstProcess, undefined)
    })
  }
})
