import { runController } from '../run-controller.ts'
import { createScheduler } from './controller.ts'

await runController('scheduler', createScheduler)
