import { createKubeClient } from '../kube/http/client.ts'
import { runAsLeader } from '../kube/lease/leader.ts'
import type { ProcessContext, ServingProcess } from '../process/run-process.ts'
import { runProcess } from '../process/run-process.ts'

/** Runs a process of which only one replica is active: the one that holds the Lease `odigos-<process>`. */
export const runLeaderProcess = <Name extends Exclude<ServingProcess, 'webhook'>>(
  name: Name,
  lead: (context: ProcessContext<Name>, signal: AbortSignal) => Promise<void>,
): Promise<void> =>
  runProcess(name, (context) =>
    runAsLeader({
      // Without the process's signal: the Lease is given back after that.
      client: createKubeClient(),
      namespace: context.config.NAMESPACE,
      name: `odigos-${name}`,
      identity: context.config.POD_NAME,
      signal: context.signal,
      log: context.log,
      lead: (term) => lead(context, term),
    }),
  )
