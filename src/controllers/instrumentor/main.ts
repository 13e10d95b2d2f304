import { createKubeClient } from '../../kube/http/client.ts'
import { runLeaderProcess } from '../run-leader-process.ts'
import { runInstrumentor } from './controller.ts'

await runLeaderProcess('instrumentor', (context, signal) =>
  runInstrumentor({ ...context, client: createKubeClient({ signal }), signal }),
)
