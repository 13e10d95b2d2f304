/** Settings of the infrastructure that have no effect, or keep a collector from starting, are refused with the remedy. */
import assert from 'node:assert/strict'
import { infrastructureSchema } from '../../../src/api/kinds/infrastructure.ts'
import { describeIssues } from '../../../src/api/types/issues.ts'

const faultOf = (containerLogs: object): string => {
  const { error } = infrastructureSchema.safeParse({ containerLogs })
  return error ? describeIssues(error) : ''
}

describe('settings of container logs', () => {
  const accepted: object[] = [
    {},
    { enabled: true },
    { select: 'Instrumented', namespaces: [] },
    { select: 'Namespaces', namespaces: ['shop', '0-a'] },
  ]
  for (const logs of accepted) it(`accepted: ${JSON.stringify(logs)}`, () => assert.equal(faultOf(logs), ''))

  const refused: [object, RegExp][] = [
    [{ namespaces: ['shop'] }, /namespaces has no effect without select: Namespaces/],
    [{ select: 'Instrumented', namespaces: ['shop'] }, /namespaces has no effect without select: Namespaces/],
    [{ select: 'Namespaces' }, /select: Namespaces requires at least one name in namespaces/],
    [{ select: 'Namespaces', namespaces: [] }, /select: Namespaces requires at least one name in namespaces/],
    // Each becomes part of a pattern of files; with some of them no node collector starts.
    ...['*', 'team-?', '[', '{a,b}', '..', 'a/b', 'a_b', '${env:HOME}', 'Shop', 'a\nb', '', 'a'.repeat(64)].map(
      (name): [object, RegExp] => [{ select: 'Namespaces', namespaces: [name] }, /namespaces\.0|namespaces\[0\]/],
    ),
  ]
  for (const [logs, message] of refused)
    it(`refused: ${JSON.stringify(logs)}`, () => assert.match(faultOf(logs), message))
})
