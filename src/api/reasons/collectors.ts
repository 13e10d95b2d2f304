/** The part of the closed list of reasons about destinations and collectors. */
export const COLLECTOR_REASONS = {
  Valid: { meaning: 'the configuration is complete', remedy: '' },
  UnknownType: {
    meaning: 'the destination type does not exist',
    remedy: 'create the Destination again with a type of the catalogue',
  },
  MissingField: { meaning: 'a required field is empty', remedy: 'set the field' },
  InvalidField: { meaning: 'a field has an invalid value', remedy: 'correct the field' },
  MissingSecret: { meaning: 'the Secret or one of its keys does not exist', remedy: 'create the Secret' },
  UnsupportedSignal: { meaning: 'the destination does not support one of the signals', remedy: 'remove the signal' },
  UnsupportedSetting: {
    meaning: 'the destination type has no setting for what the Destination asks for',
    remedy: 'remove the setting that the message names',
  },
  HostNotAllowed: {
    meaning: 'the OdigosConfig does not allow a host that the destination sends to',
    remedy: 'correct the address, or add the host to destinations.allowedHosts in the OdigosConfig',
  },
  Disabled: { meaning: 'the object is disabled', remedy: 'set spec.disabled to false' },
  WrongNamespace: {
    meaning: 'the object has no effect in this namespace',
    remedy: 'create the object in the namespace that the message names',
  },
  SelectorTooBroad: {
    meaning: 'the selectors match more workloads than a collector configuration can hold',
    remedy: 'select by namespace, or split the object',
  },
  NoQueueSpace: {
    meaning: 'the volume of the queues has no room for what the object needs',
    remedy: 'enlarge collector.queue.gatewaySize of the chart, or delete or disable a Destination',
  },
  QueueHasRoom: { meaning: 'the queues of the destination take all data', remedy: '' },
  QueueFull: {
    meaning: 'a queue of the destination is full, and data for which it has no room is dropped',
    remedy: 'see the log of the gateways for the errors of the destination; spec.queue.whenFull: Wait drops nothing',
  },
  CertificatesValid: { meaning: 'the certificates of the Destination are valid', remedy: '' },
  CertificateExpiresSoon: {
    meaning: 'a certificate of the Destination expires within 14 days',
    remedy: 'put its successor into the Secret (caPem: into the field); collectors take it over by themselves',
  },
  CertificateExpired: {
    meaning: 'a certificate of the Destination has expired, so that connections fail; data waits in the queue',
    remedy: 'put its successor into the Secret (caPem: into the field); collectors take it over by themselves',
  },
  AllDataRejected: {
    meaning: 'the backend rejects all data of a signal, and what it rejects is lost',
    remedy: 'see the error in the message; for credentials (401, 403), correct the Secret of the Destination',
  },
  SomeDataRejected: {
    meaning: 'the backend rejects some of the data, and what it rejects is lost',
    remedy: 'see the error in the message',
  },
  Unreachable: {
    meaning: 'the backend cannot be reached or does not answer; data waits in the queue',
    remedy: 'check the endpoint, DNS, TLS, NetworkPolicies and proxies between the gateways and the backend',
  },
  QueueFillingUp: {
    meaning: 'the backend takes less data than arrives, so the queue fills up',
    remedy: 'send less data to the destination, or raise what the backend accepts',
  },
  Throttled: {
    meaning: 'the backend limits the rate of requests, so data arrives late',
    remedy: 'raise the limit at the backend, or send less data to the destination',
  },
  Delivering: { meaning: 'the backend accepts the data', remedy: '' },
  NoTelemetryYet: {
    meaning: 'the gateways have not received any data for the destination yet',
    remedy: 'instrument a workload, and send it a request',
  },
  DeliveryUnknown: {
    meaning: 'no gateway runs, or some cannot be read, so whether data is delivered is not known',
    remedy: 'see the CollectorsGroups, and whether the autoscaler reaches port 8888 of the gateways',
  },
  WaitsInQueue: {
    meaning: 'data is in the queue of the destination, behind what arrived before it',
    remedy: 'wait; the message has what is known of the backend',
  },
  DroppedByActions: {
    meaning: 'a sampler or filter of an Action drops the data',
    remedy: 'change or disable the Actions that the message names',
  },
  SourcesMatch: { meaning: 'the sources of the destination select telemetry', remedy: '' },
  SourcesMatchNothing: {
    meaning: 'the sources of the destination select nothing at present, so that it receives nothing',
    remedy: 'correct spec.sources of the Destination, or create or instrument what it names',
  },
  NotInSources: {
    meaning: 'the sources of the destination do not select the workload',
    remedy: 'to send its telemetry there, change spec.sources of the Destination',
  },
  NoDestination: {
    meaning: 'no accepted Destination takes the signal',
    remedy: 'create a Destination for the signal, or add the signal to one',
  },
  InfrastructureAssigned: { meaning: 'collectors are to gather what is enabled of the infrastructure', remedy: '' },
  NodeCollectorUnavailable: {
    meaning: 'no collector is ready on the node, or it does not accept data',
    remedy:
      'inspect the pods of the DaemonSet odigos-node-collector, and NetworkPolicies for their ports 4317 and 4318',
  },
  HandingOn: { meaning: 'gateways take what the collectors receive', remedy: '' },
  GatewayNotReached: {
    meaning: 'data that the collector of a node accepted does not arrive at a gateway',
    remedy: 'inspect the pods of the gateways, and NetworkPolicies between them and odigos-node-collector, port 4317',
  },
  ClockSkewed: {
    meaning: 'the clock of a node differs, so that the times of its telemetry are wrong, and backends may discard it',
    remedy: 'synchronize the clock of the node (NTP)',
  },
  QueuesIntact: { meaning: 'the files of the queues were in order when the collectors started', remedy: '' },
  QueuesDamaged: {
    meaning:
      'files of queues were damaged; what could be read of them is delivered, and they are kept beside it (.damaged)',
    remedy: 'check the disk; for fewer losses by power failures, set collector.queue.fsync of the chart',
  },
  SharedGateway: { meaning: 'the workload shares the gateway with others', remedy: '' },
  DedicatedByTraffic: {
    meaning: 'the workload sends so much of the telemetry that it has collectors of its own',
    remedy: 'to change the thresholds, see collectors.dedicated in the OdigosConfig',
  },
  DedicatedByUser: {
    meaning: 'the annotation odigos.io/gateway=dedicated gives the workload collectors of its own',
    remedy: 'remove the annotation',
  },
  SharedByUser: {
    meaning: 'the annotation odigos.io/gateway=shared keeps the workload at the gateway',
    remedy: 'remove the annotation',
  },
  Serving: { meaning: 'node collectors send the telemetry of the workloads to the collectors', remedy: '' },
  Draining: {
    meaning: 'node collectors no longer send to the collectors, which deliver what is in their queues',
    remedy: 'wait; if a destination is unavailable, until it is back',
  },
  Drained: { meaning: 'the queues of the collectors are empty, so that they can be removed', remedy: '' },
  CollectorRefuses: {
    meaning: 'collectors do not start with the object, which is left out; the message has the words of the collector',
    remedy: 'correct the object or its Secret; it is tried again when either changes, and every six hours',
  },
  BeingTried: {
    meaning: 'a collector is being started with the configuration before the collectors in use get it',
    remedy: 'wait',
  },
  TrialNotRun: {
    meaning:
      'the pod that tries the configuration does not run, and the collectors keep the configuration that they have',
    remedy: 'see the message; quotas, taints and admission policies of the namespace of Odigos apply to the pod',
  },
  AnswerNotSeen: {
    meaning: 'the exporter sends later, by itself, so that a test does not see the answer of the backend',
    remedy: 'save the Destination, and see its condition Delivering',
  },
  TestNotRun: {
    meaning: 'the pod that tests the connection does not run, so that nothing is known',
    remedy: 'see the message; quotas, taints and admission policies of the namespace of Odigos apply to the pod',
  },
  ConfigurationRejected: { meaning: 'the configuration of the collectors is invalid', remedy: 'see the message' },
  ApplyFailed: {
    meaning: 'the API server rejected an object, or an object of the same name belongs to another owner',
    remedy: 'fix the cause that the message names; the write is retried automatically',
  },
  ScaledByMetrics: { meaning: 'the HorizontalPodAutoscaler decides about the number of collectors', remedy: '' },
  ScaledByCollectors: {
    meaning: 'the figures of the collectors themselves decide about their number',
    remedy: 'nothing is to be done; with metrics-server in the cluster, the HorizontalPodAutoscaler decides',
  },
  Deployed: { meaning: 'all collectors are ready and run the current configuration', remedy: '' },
  RollingOut: { meaning: 'the collectors are being rolled out', remedy: 'wait' },
} as const
