import { X509Certificate } from 'node:crypto'
import type { ReconcileResult } from '../../kube/types.ts'
import { createKeyQueue } from '../../kube/work/queue.ts'
import type { Metrics } from '../../process/metrics.ts'
import { gauge } from '../../process/metrics.ts'
import { actionId } from '../actions/action.ts'
import { createActionRunner } from '../actions/runner.ts'
import type { ControllerContext, ControllerParts } from '../run-controller.ts'
import { createAct } from './act.ts'
import type { GatherOptions } from './gather.ts'
import { createGather } from './gather.ts'
import type { CertificatesAction, Observed } from './reconcile.ts'
import { mayBeUninstalling, reconcile, RECREATE_AFTER_MS } from './reconcile.ts'
import { servedNamespaces } from './webhook-configuration.ts'

const KEY = 'webhook'
/** Interval at which certificates are checked and changes of others to the webhook configuration are reverted. */
const AGAIN_MS = 60_000
/** Maximum number of certificates issued in one reconcile: another writer can come first. */
const MAX_ISSUED = 3

export interface CertificatesOptions
  extends Omit<ControllerContext, 'namespace'>, Pick<GatherOptions, 'webhook' | 'secretName' | 'namespaces'> {
  /** Called when the webhook configuration includes a namespace. */
  onServed: (namespace: string) => void
}

export interface Certificates extends ControllerParts {
  /** Requests a reconcile, because an InstrumentationConfig was created or deleted, or the settings have changed. */
  check: () => void
  /** Settles after the first attempt, successful or not; `isServed` knows nothing before. */
  tried: Promise<void>
  isServed: (namespace: string) => boolean
}

const stepOf = (action: CertificatesAction) => {
  const written = action.do === 'issue' ? action.about : action.object
  const title = `${written.kind} ${written.metadata.name}`
  return { id: actionId(action.do, written), do: action.do, title, about: action.about }
}

const createServed = (onServed: (namespace: string) => void) => {
  let served = new Set<string>()
  return {
    has: (namespace: string): boolean => served.has(namespace),
    replace: (namespaces: readonly string[]): void => {
      const before = served
      served = new Set(namespaces)
      for (const namespace of namespaces) if (!before.has(namespace)) onServed(namespace)
    },
  }
}

const createExpiry = (metrics: Metrics) => {
  const expiry = gauge(metrics, {
    name: 'odigos_webhook_certificate_expiry_seconds',
    help: "Unix time at which the webhook's serving certificate ends.",
  })
  return ({ secret }: Observed): void =>
    expiry.set(Date.parse(new X509Certificate(secret['tls.crt'] ?? '').validTo) / 1000)
}

/** Keeps the webhook's certificate and the webhook configuration: caBundle and namespaces. */
export const createCertificates = (options: CertificatesOptions): Certificates => {
  const queue = createKeyQueue()
  const gather = createGather(options)
  const runner = createActionRunner({ ...options, controller: 'certificates', act: createAct(options), stepOf })
  const served = createServed(options.onServed)
  const showExpiry = createExpiry(options.metrics)
  const firstTry = Promise.withResolvers<void>()

  const reconcileOnce = async (issued = 0): Promise<ReconcileResult> => {
    if (issued > MAX_ISSUED) throw new Error('certificates that were just issued are not accepted')
    const observed = await gather()
    // Others can change or delete the configuration.
    served.replace(servedNamespaces(observed.configuration))
    const actions = reconcile(observed)
    const result = await runner.run(KEY, actions)
    const isRefused = runner.failures(KEY).size > 0
    // A new certificate is in the Secret, and the configuration is decided with it.
    if (!isRefused && actions.some((action) => action.do === 'issue')) return reconcileOnce(issued + 1)
    if (!isRefused) {
      showExpiry(observed)
      if (!mayBeUninstalling(observed)) served.replace(observed.namespaces)
    }
    const againMs = mayBeUninstalling(observed) ? RECREATE_AFTER_MS : AGAIN_MS
    return { againMs: Math.min(result?.againMs ?? againMs, againMs) }
  }

  return {
    name: 'certificates',
    queue,
    informers: {},
    concurrency: 1,
    firstKeys: () => [KEY],
    reconcile: () => reconcileOnce().finally(firstTry.resolve),
    check: () => queue.add(KEY),
    tried: firstTry.promise,
    isServed: served.has,
  }
}
