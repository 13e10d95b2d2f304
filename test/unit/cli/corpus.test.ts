/** What `preview` shows of manifests is what the webhook does with the same pod, for the whole corpus and every language. */
import assert from 'node:assert/strict'
import type { KubeObject, Pod } from '../../../src/api/kubernetes.ts'
import { SYSTEM_NAMESPACE } from '../../../src/api/names.ts'
import type { Language } from '../../../src/api/vocabulary.ts'
import { parseLanguages } from '../../../src/cli/subject/assumed.ts'
import { subjectsOfObjects } from '../../../src/cli/subject/from-file.ts'
import { judgeSubject } from '../../../src/cli/subject/subject.ts'
import type { DecisionContext } from '../../../src/inject/types.ts'
import { reviewFor } from '../../support/admission/admission-review.ts'
import { webhookParts } from '../../support/admission/webhook-parts.ts'
import { applyPatch } from '../../support/injection/pod-laws.ts'
import { realPods } from '../../support/injection/real-pods.ts'

const LANGUAGES: readonly Language[] = ['nodejs', 'python', 'java', 'go', 'ruby']

const deploymentOf = (name: string, { metadata, spec }: Pod): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'team' },
  spec: { selector: {}, template: { metadata, spec } },
})

/** What the webhook answers to a review of the pod, applied. */
const admitted = (pod: Pod, context: DecisionContext): Pod => {
  const { admission } = webhookParts({ findContext: () => context })
  const { patch } = admission.admit(reviewFor(pod, { namespace: context.namespace.name })).response
  return patch === undefined ? pod : applyPatch(pod, JSON.parse(Buffer.from(patch, 'base64').toString()))
}

describe('preview of the corpus', () => {
  const { source, pods } = realPods()

  for (const language of LANGUAGES) {
    it(`shows what the webhook does with ${source} in ${language}`, () => {
      const options = { namespace: 'team', systemNamespace: SYSTEM_NAMESPACE, languages: parseLanguages(language) }
      let changed = 0
      for (const [index, { id, pod }] of pods.entries()) {
        const [subject] = subjectsOfObjects([deploymentOf(`app-${index}`, pod)], options)
        assert.ok(subject, id)
        // Of the template nothing is lost before the decision.
        assert.deepEqual(subject.pod.spec, pod.spec, id)
        const { after } = judgeSubject(subject)
        assert.deepEqual(after, admitted(subject.pod, subject.context), id)
        if (after.spec.initContainers?.length !== pod.spec.initContainers?.length) changed += 1
      }
      assert.equal(changed > 0, language !== 'ruby', `${changed} pods get the agent`)
    })
  }
})
