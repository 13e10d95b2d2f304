import { createClient } from '../run-controller.ts'
import { runLeaderProcess } from '../run-leader-process.ts'
import { runInstrumentor } from './controller.ts'

await runLeaderProcess('instrumentor', (context, signal) =>
  runInstrumentor({ ...context, client: createClient(context.log, signal), signal }),
)
