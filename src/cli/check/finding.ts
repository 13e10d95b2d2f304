import type { KubeObject } from '../../api/kubernetes.ts'

/** What `odigos check` found about one thing. */
export interface Finding {
  group:
    'API server' | 'Nodes' | 'Namespace' | 'Permissions' | 'Other products' | 'Installation' | 'Pipeline' | 'Workload'
  /** `unknown`: it could not be read. */
  outcome: 'passed' | 'failed' | 'warning' | 'unknown'
  /** What was looked at, in a few words. */
  title: string
  message: string
  /** A command, or what to do. */
  remedy?: string
}

export const named = (objects: readonly KubeObject[]): string => objects.map(({ metadata }) => metadata.name).join(', ')

/** A judge of one group. */
export const findingsOf = (group: Finding['group']) => {
  const finding =
    (outcome: Finding['outcome']) =>
    (title: string, message: string, remedy?: string): Finding => ({
      group,
      outcome,
      title,
      message,
      ...(remedy === undefined ? {} : { remedy }),
    })
  return {
    passed: finding('passed'),
    failed: finding('failed'),
    warning: finding('warning'),
    unknown: finding('unknown'),
  }
}
