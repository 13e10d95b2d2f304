import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'yaml'
import type { Pod, PodTemplate } from '../../../src/api/kubernetes.ts'

const ROOT = join(import.meta.dirname, '../../..')

export interface NamedPod {
  id: string
  pod: Pod
}

const readCorpus = (file: string): NamedPod[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { id, template } = JSON.parse(line) as { id: string; template: PodTemplate }
      return { id, pod: { apiVersion: 'v1', kind: 'Pod', ...template } }
    })

const ownPods = (): NamedPod[] => {
  const folder = join(ROOT, 'test/golden/inject')
  // Only the folders of the cases, not their runner.
  const cases = readdirSync(folder).filter((id) => existsSync(join(folder, id, 'pod.yaml')))
  return cases.map((id) => ({ id, pod: parse(readFileSync(join(folder, id, 'pod.yaml'), 'utf8')) as Pod }))
}

/**
 * Pod templates of public repositories, one JSON per line, from ODIGOS_POD_CORPUS or ../shared/corpus beside the clone.
 * They are not part of this project, so if they are missing, the pods of our own cases are used.
 */
export const realPods = (): { source: string; pods: NamedPod[] } => {
  const path = process.env['ODIGOS_POD_CORPUS'] ?? join(ROOT, '../shared/corpus/pods.jsonl.gz')
  const file = path.endsWith('.gz') ? path : join(path, 'pods.jsonl.gz')
  if (existsSync(file)) return { source: 'the corpus of real pods', pods: readCorpus(file) }
  return { source: `our own pods, because there is no corpus at ${file}`, pods: ownPods() }
}
