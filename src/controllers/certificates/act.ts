import { isConflict } from '../../kube/http/error.ts'
import { RESOURCES } from '../../kube/resources.ts'
import { refOf } from '../actions/writes.ts'
import type { ControllerContext } from '../run-controller.ts'
import { issue } from './issue.ts'
import type { CertificateSecret, CertificatesAction } from './reconcile.ts'

/** Owner of the fields that this controller writes. */
export const FIELD_MANAGER = 'odigos-certificates'

/** A key that is left out of the new content is removed (merge patch: null). */
const encode = (secret: CertificateSecret): Record<string, string | null> => ({
  'old-ca.crt': null,
  ...Object.fromEntries(
    Object.entries(secret).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]),
  ),
})

export const createAct = ({ client, log, nowMs }: Pick<ControllerContext, 'client' | 'log' | 'nowMs'>) => {
  /** Two writers meet at the resourceVersion: the later one changes nothing, and reads what the other has written. */
  const issueInto = async (action: Extract<CertificatesAction, { do: 'issue' }>): Promise<void> => {
    const { about, what, secret, names } = action
    const next = await issue(what, secret, names, nowMs())
    const patch = { metadata: { resourceVersion: about.metadata.resourceVersion }, data: encode(next) }
    try {
      await client.mergePatch(refOf(about), patch, { fieldManager: FIELD_MANAGER })
      log.info({ what, names }, 'certificate issued')
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }

  return async (action: CertificatesAction): Promise<void> => {
    if (action.do === 'issue') return issueInto(action)
    await client.apply(RESOURCES.mutatingWebhookConfigurations, action.object, { fieldManager: FIELD_MANAGER })
    log.info({ name: action.object.metadata.name }, 'webhook configuration written')
  }
}
