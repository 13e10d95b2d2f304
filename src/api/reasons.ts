import { COLLECTOR_REASONS } from './reasons/collectors.ts'
import { TELEMETRY_REASONS } from './reasons/telemetry.ts'

const TRY_AGAIN =
  'fix the cause, then: kubectl patch instrumentationconfig NAME -n NAMESPACE --type=json -p \'[{"op":"remove","path":"/spec/rollback"}]\''

/**
 * The closed list of reasons. One word serves the condition, the Event, the metric label, the log field, the pod
 * annotation and the UI. `meaning` states what happened, `remedy` what a user can do ('' if nothing).
 */
export const REASONS = {
  // the container has an agent, or will have one
  Injected: { meaning: 'the agent was added to the container', remedy: '' },
  AlreadyInjected: { meaning: 'the pod already has the agent', remedy: '' },
  AgentStarting: {
    meaning: 'the pods with the agent have not started yet',
    remedy: 'wait, or inspect the pods of the workload',
  },
  AgentSelected: {
    meaning: 'an agent supports the container',
    remedy: 'kubectl rollout restart KIND NAME -n NAMESPACE',
  },

  ...TELEMETRY_REASONS,

  // the user's choice
  OptedOut: {
    meaning: 'the label odigos-instrumentation=disabled opts the workload out',
    remedy: 'remove the label from the workload or namespace',
  },
  NotOptedIn: {
    meaning: 'neither the workload nor its namespace has the label odigos-instrumentation=enabled',
    remedy: 'kubectl label namespace NAME odigos-instrumentation=enabled',
  },
  IgnoredNamespace: {
    meaning: 'the namespace is never instrumented',
    remedy: 'remove the namespace from ignoredNamespaces in the OdigosConfig',
  },
  IgnoredContainer: {
    meaning: 'the container is never instrumented',
    remedy: 'remove the container from ignoredContainers in the OdigosConfig',
  },
  OverriddenByUser: {
    meaning: 'an annotation of the workload determines the agent',
    remedy: 'change or remove the annotation',
  },
  InvalidAnnotation: {
    meaning: 'an odigos.io annotation has an invalid value',
    remedy: 'correct the annotation',
  },

  // detection
  NotDetectedYet: { meaning: 'the language has not been detected yet', remedy: 'wait for the detection to finish' },
  NoRunningPods: {
    meaning: 'no pod of the workload is running, so its language cannot be detected',
    remedy: 'start at least one pod of the workload',
  },
  StillStarting: { meaning: 'the container runs no application process yet', remedy: 'wait; detection is retried' },
  DetectionFailed: { meaning: 'the container could not be inspected', remedy: 'see the message and the Events' },
  Detected: { meaning: 'the language was detected', remedy: '' },
  Ambiguous: {
    meaning: 'the container runs several languages',
    remedy: 'set the language with the annotation odigos.io/language',
  },
  Infrastructure: {
    meaning: 'the container runs a database, proxy or other infrastructure, which is not instrumented',
    remedy: 'to instrument it anyway, set a language with the annotation odigos.io/language',
  },
  NotSupported: { meaning: 'no agent supports the language', remedy: '' },
  RuntimeNotSupported: {
    meaning: 'the agent does not support this runtime, version or start option',
    remedy: 'see the message',
  },
  GoProgramUnreadable: {
    meaning: 'the eBPF agent cannot read the Go program',
    remedy: 'build the program with a supported version of Go, and keep its build information',
  },
  OtherAgent: {
    meaning: 'the container already has another agent, or sends its telemetry elsewhere',
    remedy: 'remove the other agent, or set the agent with the annotation odigos.io/agent',
  },
  OwnSdk: {
    meaning: 'the application brings an OpenTelemetry SDK of its own',
    remedy: 'to have it send to Odigos, set the annotation odigos.io/agent=sdk-config',
  },

  // pipelines
  WaitingForDestination: { meaning: 'no Destination receives the telemetry', remedy: 'create a Destination' },
  PipelineAssigned: { meaning: 'the workload is assigned to a CollectorsGroup', remedy: '' },
  CollectorsNotReady: {
    meaning: 'not all collectors are ready',
    remedy: 'wait, or see the status of the collector pods',
  },

  // the pod or its namespace does not permit the agent
  PodSecurityForbids: {
    meaning: "the namespace's Pod Security level forbids what the agent needs",
    remedy: 'relax the label pod-security.kubernetes.io/enforce of the namespace, or opt the workload out',
  },
  MountConflict: {
    meaning: 'the container has a volume mount at the path of the agent',
    remedy: 'change the mount path',
  },
  EnvironmentConflict: {
    meaning: 'environment variables of the container conflict with what the agent needs',
    remedy: 'see the message',
  },
  ProcessNamespaceNotShared: {
    meaning:
      'the eBPF agent requires a shared process namespace, which the pod forbids or one of its containers cannot bear',
    remedy: 'remove shareProcessNamespace: false or what needs process 1, or set shareProcessNamespace: true',
  },
  ClusterDnsUnavailable: {
    meaning: 'the pod cannot resolve the name of a collector with its dnsPolicy and dnsConfig',
    remedy: 'set dnsPolicy: ClusterFirst, or ClusterFirstWithHostNet with hostNetwork; see the message',
  },
  MemoryTooSmall: {
    meaning: "the container's memory limit is too low for the agent",
    remedy: 'increase the memory limit',
  },
  CpuTooSmall: {
    meaning:
      "with the container's CPU limit, the agent takes longer to start than its startupProbe or livenessProbe grants",
    remedy: 'increase the CPU limit, or the failureThreshold of the startupProbe',
  },
  QuotaForbids: {
    meaning: 'the added container would exceed the limits of the namespace or pod',
    remedy: 'see the message',
  },
  StaticPod: { meaning: 'static pods cannot be instrumented', remedy: '' },
  NotLinux: { meaning: 'the pod does not run on Linux', remedy: '' },
  ArchitectureNotSupported: {
    meaning: 'the pod runs on nodes of an architecture that the images of agents are not for',
    remedy: 'provide images for it, and choose the agent by annotation',
  },
  NoController: {
    meaning: 'no workload of a supported kind controls the pod, so that no pod with an agent would replace it',
    remedy: 'create the pod by a Deployment or another workload',
  },
  NoSuchWorkload: { meaning: 'the pod belongs to no instrumented workload', remedy: '' },
  InternalError: {
    meaning: 'an internal error occurred; the pod was admitted unchanged',
    remedy: 'kubectl logs deployment/odigos-webhook -n odigos-system',
  },
  TooLarge: {
    meaning: 'with the agent, the pod would exceed the maximum size of an object',
    remedy: 'shorten its annotations or environment',
  },
  MalformedRequest: { meaning: 'the AdmissionReview is malformed', remedy: '' },
  SettingsUnknown: {
    meaning: 'the OdigosConfig is invalid, and no earlier valid version is known',
    remedy: 'correct the OdigosConfig',
  },

  // the workload as a whole
  RestartRequired: {
    meaning: 'pods that were created before the decision are running',
    remedy: 'kubectl rollout restart KIND NAME -n NAMESPACE',
  },
  UpToDate: { meaning: 'every running pod matches the decision', remedy: '' },
  RestartedByUs: {
    meaning: 'the workload was restarted because of the rollout policy or a failure of earlier agents',
    remedy: '',
  },
  RestartIneffective: {
    meaning: 'the maximum number of restarts was reached, but pods still do not match the decision',
    remedy: 'see the message',
  },
  MissedInjection: {
    meaning: 'a pod was created while the webhook was unavailable and lacks the agent',
    remedy: 'kubectl rollout restart KIND NAME -n NAMESPACE',
  },
  RolledBack: { meaning: 'pods failed after the agent was added, so it was removed', remedy: TRY_AGAIN },
  AdmissionRefused: { meaning: 'the API server refuses pods with the agent, so it was removed', remedy: TRY_AGAIN },
  WebhookNotCalled: {
    meaning:
      'the API server does not call the webhook for pods of the workload, so that a restart would have no effect',
    remedy:
      'check that the API server reaches the Service odigos-webhook (network, proxy), and whether the MutatingWebhookConfiguration odigos-webhook was changed',
  },
  DryRunFailed: {
    meaning: 'whether the API server admits pods with the agent is not known yet; it is asked again',
    remedy: 'see the message',
  },
  AgentImageUnavailable: { meaning: "nodes cannot pull the agent's image for the namespace", remedy: TRY_AGAIN },
  NothingToInstrument: { meaning: 'no container of the workload can be instrumented', remedy: '' },

  // the installation
  ForeignDefinitions: {
    meaning: 'CustomResourceDefinitions of the group odigos.io belong to another product',
    remedy: 'uninstall that product with its own tool, or install Odigos in another cluster',
  },
  ...COLLECTOR_REASONS,
} as const

export type Reason = keyof typeof REASONS
export const isReason = (word: string): word is Reason => Object.hasOwn(REASONS, word)
