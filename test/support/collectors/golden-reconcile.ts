/** Golden cases of a `reconcile`: folders with `observed.yaml` and `actions.yaml`; UPDATE_GOLDEN=1 writes the latter. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

export const readYaml = (file: string): unknown => parse(readFileSync(file, 'utf8'), { merge: true })

/** Hashes in names and fields, which would change in every case when the rendering changes. */
const HASH = /\b[0-9a-f]{16}\b/g
const textOf = (actions: unknown): string => stringify(actions, { aliasDuplicateObjects: false, lineWidth: 0 })

/** `about` describes the case in the file; if `show` is `objects`, hashes are shown as well. */
export interface GoldenCase {
  about: string
  show?: 'objects'
}

export const goldenReconciles = <Case extends GoldenCase>(
  folder: string,
  actionsOf: (input: Case) => unknown,
): void => {
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    it(name, () => {
      const input = readYaml(join(folder, name, 'observed.yaml')) as Case
      const plain = textOf(actionsOf(input))
      const text = input.show ? plain : plain.replaceAll(HASH, 'HASH')
      const file = join(folder, name, 'actions.yaml')
      if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text)
      assert.equal(text, readFileSync(file, 'utf8'))
    })
}
