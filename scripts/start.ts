/**
 * `npm start`: a guided demonstration. Starts a local Kubernetes (or uses the cluster of `--context`), installs Odigos,
 * deploys the shop, instruments it with the commands that a user would enter, and shows the traces received.
 */
import { parseArgs } from 'node:util'
import type { Kubectl } from '../deploy/demo/kubectl.ts'
import { createKubectl } from '../deploy/demo/kubectl.ts'
import { prepareCluster } from '../deploy/demo/prepare.ts'
import { BACKEND_NAMESPACE } from '../deploy/demo/backend.ts'
import type { Span } from '../deploy/demo/spans.ts'
import { drawTrace, spansByService, wholeTrace } from '../deploy/demo/spans.ts'
import { watchSpans } from '../deploy/demo/watch-spans.ts'
import { SHOP_SERVICES } from '../examples/shop/deploy.ts'
import { eventually } from '../tools/eventually.ts'
import { runMain } from '../tools/command.ts'
import { step } from '../tools/step.ts'

const HELP = `Usage: npm start [-- OPTIONS]

Sets up a local one-node Kubernetes, installs Odigos and a small shop, instruments the shop and shows its traces.

  --context NAME    use this context of your kubeconfig instead of a local cluster
  --registry NAME   the registry that this cluster pulls the images from (see: npm run images -- --registry NAME --push)
  --tag TAG         the tag of these images. Default: the tag of this checkout
  --replace         replace a local cluster of another version that another checkout started
  --help            print this help

To stop the local cluster and remove everything that it created, run: npm run stop`

const say = (text: string): void => console.log(`\n\u001B[1m${text}\u001B[0m`)

/** Prints a command as a user would enter it, runs it and prints its output. */
const demonstrate = async (kubectl: Kubectl, ...args: string[]): Promise<void> => {
  console.log(`$ kubectl ${args.join(' ')}`)
  process.stdout.write(await kubectl.run(args))
}

/** States of the workloads of a namespace, with their names. */
const statesOf = async (kubectl: Kubectl, namespace: string): Promise<[name: string, state: string | undefined][]> => {
  const args = ['get', 'instrumentationconfigs', '-n', namespace]
  interface Item {
    spec: { workload: { name: string } }
    status?: { state?: string }
  }
  const { items } = await kubectl.json<{ items: Item[] }>(args)
  return items.map(({ spec, status }) => [spec.workload.name, status?.state])
}

const instrumentShop = async (kubectl: Kubectl): Promise<void> => {
  say('Opt the namespace in')
  await demonstrate(kubectl, 'label', 'namespace', 'shop', 'odigos-instrumentation=enabled', '--overwrite')
  await step('languages detected, agents chosen', () =>
    eventually('every workload of the shop has a state', 120, async () => {
      const states = await statesOf(kubectl, 'shop')
      return (
        states.length >= 5 &&
        states.every(([, state]) => state && !['Detecting', 'WaitingForDestination'].includes(state))
      )
    }),
  )
  await demonstrate(kubectl, 'get', 'instrumentationconfigs', '-n', 'shop')
  say('Restart the workloads, so that their pods pass the webhook')
  await demonstrate(kubectl, 'rollout', 'restart', 'deployment', '-n', 'shop')
  await step('new pods are ready', () =>
    kubectl.run(['rollout', 'status', 'deployment', '-n', 'shop', '--timeout=300s']),
  )
  await eventually('the states are up to date', 60, async () =>
    (await statesOf(kubectl, 'shop')).every(([, state]) => state !== 'RestartRequired'),
  )
  await demonstrate(kubectl, 'get', 'instrumentationconfigs', '-n', 'shop')
}

const awaitTrace = async (update: () => Promise<Span[]>): Promise<{ spans: Span[]; trace: Span[] }> => {
  let spans: Span[] = []
  let trace: Span[] | undefined
  await eventually('a trace over all four services', 180, async () => {
    spans = await update()
    trace = wholeTrace(spans, SHOP_SERVICES)
    return trace !== undefined
  })
  return { spans, trace: trace ?? [] }
}

/** Node collectors have counted the telemetry of each service. */
const awaitInstrumented = (kubectl: Kubectl): Promise<void> =>
  eventually('every service of the shop is Instrumented', 90, async () => {
    const states = new Map(await statesOf(kubectl, 'shop'))
    return SHOP_SERVICES.every((service) => states.get(service) === 'Instrumented')
  })

const showNextSteps = ({
  kubeconfig,
  context,
}: {
  kubeconfig: string | undefined
  context: string | undefined
}): void => {
  say('Next steps')
  if (kubeconfig) console.log(`  export KUBECONFIG=${kubeconfig}`)
  const flag = context ? ` --context ${context}` : ''
  console.log(`  kubectl${flag} get instrumentationconfigs -A
  kubectl${flag} explain destination.spec
  kubectl${flag} port-forward svc/odigos-ui 3000:3000 -n odigos-system      # then open http://localhost:3000
  kubectl${flag} exec -n ${BACKEND_NAMESPACE} deploy/trace-backend -c reader -- tail -f /data/traces.jsonl${
    context ? '' : '\n  npm run stop                                                      # stops the cluster'
  }`)
}

const main = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      context: { type: 'string' },
      registry: { type: 'string' },
      tag: { type: 'string' },
      replace: { type: 'boolean', default: false },
    },
  })
  const startedAt = Date.now()
  const prepared = await prepareCluster(values)
  const kubectl = createKubectl(prepared.target)
  // The backend of an earlier start has that one's spans.
  const receivedSpans = await watchSpans(kubectl)
  await instrumentShop(kubectl)
  say('Telemetry')
  const { spans, trace } = await step('waiting for a trace over all four services', () => awaitTrace(receivedSpans))
  await step('the services are known to be instrumented', () => awaitInstrumented(kubectl))
  await demonstrate(kubectl, 'get', 'instrumentationconfigs', '-n', 'shop')
  console.table(spansByService(spans))
  console.log(drawTrace(trace).join('\n'))
  const { kubeconfig, context } = prepared.target
  showNextSteps({ kubeconfig, context })
  console.log(`\nDone in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
}

await runMain(HELP, main)
