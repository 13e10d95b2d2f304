import { runController } from '../run-controller.ts'
import { createAutoscaler } from './controller.ts'

await runController('autoscaler', (context, config) =>
  createAutoscaler({
    ...context,
    settings: {
      image: config.COLLECTOR_IMAGE,
      pullPolicy: config.IMAGE_PULL_POLICY,
      keeperImage: `${config.IMAGE_REGISTRY}/control-plane:${config.IMAGE_TAG}`,
      storageClass: config.COLLECTOR_STORAGE_CLASS,
      gatewayQueueSize: config.COLLECTOR_GATEWAY_QUEUE_SIZE,
      nodeQueueSize: config.COLLECTOR_NODE_QUEUE_SIZE,
      fsync: config.COLLECTOR_QUEUE_FSYNC,
      isInfrastructureAllowed: config.COLLECTOR_INFRASTRUCTURE,
    },
  }),
)
