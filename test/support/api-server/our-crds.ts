/** Our CustomResourceDefinitions as the files in crds/. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { KubeObject } from '../../../src/api/kubernetes.ts'
import { RESOURCES } from '../../../src/kube/resources.ts'
import type { KubeClient } from '../../../src/kube/types.ts'

const FOLDER = join(import.meta.dirname, '../../../crds')

export const readCrds = (): KubeObject[] =>
  readdirSync(FOLDER).map((file) => parse(readFileSync(join(FOLDER, file), 'utf8')) as KubeObject)

/** Creates them in a cluster that has none. They are served a moment later. */
export const createCrds = async (client: KubeClient): Promise<void> => {
  for (const crd of readCrds()) await client.create(RESOURCES.customResourceDefinitions, crd, { fieldManager: 'test' })
}
