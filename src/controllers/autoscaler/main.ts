import { runController } from '../run-controller.ts'
import { createAutoscaler } from './controller.ts'

await runController('autoscaler', (context, config) =>
  createAutoscaler({
    ...context,
    settings: {
      image: config.COLLECTOR_IMAGE,
      pullPolicy: config.IMAGE_PULL_POLICY,
      storageClass: config.COLLECTOR_STORAGE_CLASS,
    },
  }),
)
