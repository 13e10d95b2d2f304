import type { DetectorTarget } from '../../../src/api/detector-protocol.ts'
import { TARGETS_VARIABLE } from '../../../src/api/detector-protocol.ts'
import type { Container } from '../../../src/api/kubernetes.ts'
import { loadConfig } from '../../../src/process/config.ts'

/** The targets as a container of the detector pod reads them: the kubelet replaces `$$` by `$`. */
export const detectorTargets = ({ env }: Container): DetectorTarget[] => {
  const value = env?.find(({ name }) => name === TARGETS_VARIABLE)?.value ?? ''
  return loadConfig('detector', { [TARGETS_VARIABLE]: value.replaceAll('$$', '$') }).TARGETS
}
