/** The agent's program and supervisor on real programs: what the detector promises must come true, and what it refuses too. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { eventually } from '../../../tools/eventually.ts'
import { freePort } from '../../support/api-server/free-port.ts'
import type { Pod } from '../../support/go/pod.ts'
import { startPod } from '../../support/go/pod.ts'
import { goSidecar, startGoSidecar } from '../../support/go/sidecar.ts'
import type { OtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { startOtlpSink } from '../../support/telemetry/otlp-sink.ts'
import { detectionOf } from '../../zoo/harness/process-tree.ts'
import { BUILDS, buildProgramOf } from './builds.ts'

const REQUESTS = 3
const LIMIT_MS = 120_000

describe('the agent for Go', function () {
  this.timeout(300_000)
  let sink: OtlpSink
  let pod: Pod

  // Built now, so that no test waits for it.
  before(goSidecar)
  beforeEach(async () => {
    sink = await startOtlpSink()
    pod = await startPod()
  })
  afterEach(async () => {
    await pod.stop()
    await sink.close()
  })

  for (const build of BUILDS) {
    it(`${build.name}: ${build.expected === 'Detected' ? 'has spans' : 'is refused, and harms nothing'}`, async () => {
      const path = await buildProgramOf(build)
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/price`
      // First, as in a pod: a program that is older than the sidecar has seen it end.
      const sidecar = await startGoSidecar(pod, {
        OTEL_GO_AUTO_TARGET_EXE: path,
        OTEL_SERVICE_NAME: build.name,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
      })
      const program = await pod.start(path, [], { env: { LISTEN: `127.0.0.1:${port}` }, limitMs: LIMIT_MS })
      const isServing = () => fetch(url).then((response) => response.ok)
      await eventually('the program serves', 10, isServing, 50)
      const detection = detectionOf(program.pid)
      assert.equal(detection.reason, build.expected, detection.message)
      assert.equal(detection.executable, path)

      const isLoaded = build.expected === 'Detected'
      await eventually('the supervisor reports', 60, () => Promise.resolve(sink.reports.length > 0), 50)
      const reason = sink.reports[0]?.attributes['odigos.reason']
      assert.equal(reason, isLoaded ? 'AgentLoaded' : 'GoProgramUnreadable')
      for (let request = 0; request < REQUESTS; request++) assert.ok(await isServing())
      if (isLoaded) await sink.waitFor((span) => span.serviceName === build.name, REQUESTS, 30_000)
      const ended = await Promise.race([sidecar.outcome, setTimeout(0)])
      assert.equal(ended, undefined, 'the sidecar ended')
    })
  }
})
