import type { Pod } from '../../api/kubernetes.ts'
import { OPT_LABEL } from '../../api/names.ts'
import { ignoredBy } from '../../api/opt-in.ts'
import type { Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'
import type { DecisionContext } from '../types.ts'

export interface PodSubject {
  pod: Pod
  context: DecisionContext
}

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'

/** Reasons why a pod is not instrumented: it stays unchanged, byte for byte. */
export const podRules: readonly Rule<PodSubject>[] = [
  {
    rule: 'namespace',
    check: ({ context: { namespace, settings, systemNamespace } }) => {
      switch (ignoredBy(namespace.name, settings, systemNamespace)) {
        case 'system':
          return refused(
            'IgnoredNamespace',
            `namespace ${namespace.name} is never instrumented`,
            'name of the namespace',
          )
        case 'settings':
          return refused('IgnoredNamespace', `namespace ${namespace.name} is ignored`, 'OdigosConfig ignoredNamespaces')
        case undefined:
          return allowed(namespace.name, 'AdmissionReview')
      }
    },
  },
  {
    rule: 'workload',
    check: ({ context: { configFor } }) =>
      configFor
        ? allowed(`${configFor.workload.kind} ${configFor.workload.name}`, 'InstrumentationConfig')
        : refused('NoSuchWorkload', 'the pod belongs to no instrumented workload', 'owner of the pod'),
  },
  {
    rule: 'mirror pod',
    check: ({ pod }) =>
      pod.metadata?.annotations?.[MIRROR_ANNOTATION] === undefined
        ? allowed('no', 'pod annotations')
        : refused('StaticPod', 'a mirror pod of the kubelet cannot be changed', `pod annotation ${MIRROR_ANNOTATION}`),
  },
  {
    rule: 'opted out',
    check: ({ pod }) =>
      pod.metadata?.labels?.[OPT_LABEL] === 'disabled'
        ? refused('OptedOut', `the pod has the label ${OPT_LABEL}=disabled`, `pod label ${OPT_LABEL}`)
        : allowed('no', 'pod labels'),
  },
]
