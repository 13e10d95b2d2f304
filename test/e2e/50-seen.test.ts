/** Applications from which nothing arrives are not taken for instrumented: those whose server the agent does not know. */
import assert from 'node:assert/strict'
import { buildImages } from '../../deploy/images/build.ts'
import { TEST_IMAGES } from '../../deploy/images/find.ts'
import { importImages } from '../../deploy/images/import.ts'
import { eventually } from '../../tools/eventually.ts'
import { awaitState, configsOf, images, kubectl, label, restart } from '../support/cluster/demo.ts'

const NAMESPACE = 'silent'
const INSTRUMENTOR = ['-n', 'odigos-system', 'deployment/odigos-instrumentor']

/** Servers that answer the same requests. */
const PROGRAMS = {
  'known.cjs': `
    require('http').createServer((request, response) => response.end('ok')).listen(8080)
    process.on('SIGTERM', () => process.exit(0))`,
  // Speaks HTTP by itself on a socket.
  'unknown.cjs': `
    require('net').createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\nconnection: close\\r\\n\\r\\nok'))
    }).listen(8080)
    process.on('SIGTERM', () => process.exit(0))`,
  // Brings the library under names of its own, as pip and others do with what they vendor.
  'vendored.py': `
import importlib.util, pathlib, re, shutil, sys, tempfile
folder = pathlib.Path(tempfile.mkdtemp())
for name in ("flask", "werkzeug"):
    shutil.copytree(importlib.util.find_spec(name).submodule_search_locations[0], folder / f"shop_{name}")
for file in folder.rglob("*.py"):
    file.write_text(re.sub(r"(?<!['\\"])\\b(flask|werkzeug)\\b", r"shop_\\1", file.read_text()))
sys.path.insert(0, str(folder))
from shop_flask import Flask
app = Flask("vendored")
app.get("/")(lambda: "ok")
app.run("0.0.0.0", 8080)
`,
}

const image = (name: string): string => `${images.registry}/${name}:${images.tag}`
const java = (jar: string): object => ({ image: image('shaded-server'), command: ['java', '-jar', `/app/${jar}`] })
const nodejs = (program: string): object => ({
  image: image('control-plane'),
  command: ['/usr/local/bin/node', `/app/${program}`],
  volumeMounts: [{ name: 'app', mountPath: '/app' }],
})

/** Those that the agents know, and those whose library they do not: of their own, relocated, or vendored. */
const KNOWN: Record<string, object> = { known: nodejs('known.cjs'), plain: java('plain.jar') }
const UNKNOWN: Record<string, object> = {
  unknown: nodejs('unknown.cjs'),
  shaded: java('shaded.jar'),
  vendored: {
    image: image('shop-cart'),
    command: ['python3', '/app/vendored.py'],
    volumeMounts: [{ name: 'app', mountPath: '/app' }],
  },
}

const server = ([name, program]: [string, object]): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          {
            name: 'app',
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 2 },
            ...program,
          },
        ],
        volumes: [{ name: 'app', configMap: { name: 'programs' } }],
      },
    },
  },
})

/** For how long pods with traffic may be silent; without a value, as the instrumentor has it by itself. */
const setPatience = async (seconds: number | undefined): Promise<void> => {
  const variable = seconds === undefined ? 'SILENCE_SECONDS-' : `SILENCE_SECONDS=${seconds}`
  await kubectl.run(['set', 'env', ...INSTRUMENTOR, variable])
  await kubectl.run(['rollout', 'status', ...INSTRUMENTOR, '--timeout=120s'])
}

describe('applications whose server the agent does not know', function () {
  this.timeout(600_000)

  before(async () => {
    await importImages(await buildImages(['shaded-server'], undefined, [TEST_IMAGES]))
    await setPatience(60)
    await kubectl.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'programs', namespace: NAMESPACE }, data: PROGRAMS },
      ...Object.entries({ ...KNOWN, ...UNKNOWN }).map(server),
    ])
    await kubectl.run(['rollout', 'status', 'deployment', '-n', NAMESPACE, '--timeout=120s'])
    await label(NAMESPACE, 'enabled')
    await awaitState(NAMESPACE, Object.keys({ ...KNOWN, ...UNKNOWN }), 'RestartRequired')
    await restart(NAMESPACE)
  })

  after(async () => {
    await kubectl.run(['delete', 'namespace', NAMESPACE, '--wait=false'])
    await setPatience(undefined)
  })

  it('are not instrumented while those beside them are, from which spans arrive', async () => {
    await awaitState(NAMESPACE, Object.keys(KNOWN), 'Instrumented')
    for (const [name, { status }] of await configsOf(NAMESPACE))
      assert.equal(status?.state === 'Instrumented', name in KNOWN, name)
  })

  for (const name of Object.keys(UNKNOWN)) {
    it(`end as NothingArrives, with the cause: ${name}`, async () => {
      await awaitState(NAMESPACE, [name], 'NothingArrives')
      const status = (await configsOf(NAMESPACE)).get(name)?.status
      assert.equal(status?.cause, 'ServerNotInstrumented')
      assert.equal(status.lastSeen?.traces, undefined)
      assert.equal(status.conditions?.find(({ type }) => type === 'AgentLoaded')?.status, 'True')
      const events = ['events', '-n', NAMESPACE, '--field-selector', `involvedObject.name=${name}`]
      await eventually('an Event about it', 30, async () => {
        const { items } = await kubectl.json<{ items: { reason: string }[] }>(['get', ...events])
        return items.some(({ reason }) => reason === 'NothingArrives')
      })
    })
  }

  it('leaves the other one instrumented when its pod is replaced', async () => {
    const transitionOf = async (): Promise<string | undefined> =>
      (await configsOf(NAMESPACE)).get('known')?.status?.conditions?.find(({ type }) => type === 'Instrumented')
        ?.lastTransitionTime
    const since = await transitionOf()
    await restart(NAMESPACE)
    await awaitState(NAMESPACE, ['known'], 'Instrumented')
    assert.equal(await transitionOf(), since)
  })
})
