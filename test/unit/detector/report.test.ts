import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { ContainerDetection } from '../../../src/api/detector-protocol.ts'
import { decodeReport, MAX_MESSAGE_BYTES } from '../../../src/api/detector-protocol.ts'
import { writeReport } from '../../../src/detector/report.ts'
import { fixtureNames, replay } from './replay.ts'

/** Answers of different runtimes, one container each, with paths and names that differ. */
const answers = (count: number, extra: Partial<ContainerDetection> = {}): ContainerDetection[][] => {
  const names = fixtureNames()
  return Array.from({ length: count }, (_, i) => {
    const answer = replay(names[i % names.length] ?? '')
    const own = (text: string): string => text.replace('/srv/app', `/srv/service-${(i * 7919) % 1000}`)
    return [{ ...answer, name: `service-${(i * 7919) % 1000}`, evidence: answer.evidence.map(own), ...extra }]
  })
}
/** Text that no compression makes much shorter. */
const noise = (length: number, seed: number): string =>
  Array.from({ length: Math.ceil(length / 88) }, (_, i) => createHash('sha512').update(`${seed} ${i}`).digest('base64'))
    .join('')
    .slice(0, length)

describe('detector: report', () => {
  it('of a few targets is plain JSON', () => {
    const message = writeReport(answers(3))
    assert.equal(message[0], '{')
    assert.deepEqual(
      decodeReport(message)?.answers.map(({ containers }) => containers),
      answers(3),
    )
  })

  it('of 40 different containers fits with all its evidence, and leaves half of the message', () => {
    const all = answers(40)
    const message = writeReport(all)
    assert.ok(message.length <= MAX_MESSAGE_BYTES / 2, `${message.length} bytes`)
    assert.deepEqual(
      decodeReport(message)?.answers.map(({ containers }) => containers),
      all,
    )
    assert.match(message, /^[\x20-\x7e]*$/)
  })

  it('cuts evidence first, with a mark', () => {
    const all = answers(24).map(([answer], i) => [
      { ...answer!, evidence: Array.from({ length: 6 }, (_, k) => noise(60, i * 10 + k)) },
    ])
    const message = writeReport(all)
    assert.ok(message.length <= MAX_MESSAGE_BYTES, `${message.length} bytes`)
    const report = decodeReport(message)
    assert.equal(report?.answers.length, 24)
    assert.deepEqual(report?.overflow, [])
    for (const { containers } of report?.answers ?? []) assert.equal(containers[0]?.evidence.at(-1), '…')
  })

  it('names the targets that it leaves out', () => {
    const all = answers(10).map(([answer], i) => [
      { ...answer!, runtimeEnv: [{ name: 'JAVA_TOOL_OPTIONS', value: noise(1500, i) }] },
    ])
    const message = writeReport(all)
    assert.ok(message.length <= MAX_MESSAGE_BYTES, `${message.length} bytes`)
    const report = decodeReport(message)
    const answered = report?.answers.map(({ target }) => target) ?? []
    assert.ok(answered.length > 0)
    assert.deepEqual([...answered, ...(report?.overflow ?? [])], [...Array.from({ length: 10 }).keys()])
    assert.equal(report?.answers[0]?.containers[0]?.runtimeEnv?.[0]?.value.length, 1500)
  })

  it('gives an answer even where one pod alone is too much', () => {
    const huge = Array.from({ length: 8 }, (_, i) => ({
      ...answers(1)[0]![0]!,
      name: `c${i}`,
      runtimeEnv: [{ name: 'PYTHONPATH', value: noise(2000, i) }],
    }))
    const report = decodeReport(writeReport([huge, ...answers(2)]))
    assert.deepEqual(
      report?.answers.map(({ target }) => target),
      [0],
    )
    assert.equal(report?.answers[0]?.containers[7]?.reason, 'DetectionFailed')
    assert.deepEqual(report?.overflow, [1, 2])
  })

  it('is not read where it is cut, empty or something else', () => {
    const message = writeReport(answers(40))
    for (const bad of ['', 'Error: x', message.slice(0, -40), 'br:AAAA', '{"answers":1}', '[]']) {
      assert.equal(decodeReport(bad), undefined)
    }
  })
})
