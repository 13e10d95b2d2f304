import { createKubectl } from '../../deploy/demo/kubectl.ts'
import { kubeconfigPath } from './cluster-client.ts'

/** What kubectl prints on stdout, against the cluster of the integration tests. Rejects with the last lines of its output. */
export const kubectl = (...args: string[]): Promise<string> => createKubectl({ kubeconfig: kubeconfigPath() }).run(args)
