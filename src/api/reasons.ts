/**
 * The closed list of reasons. One word serves the condition, the Event, the metric label, the log field, the pod
 * annotation and the UI. `meaning` says what happened, `remedy` what a user can do ('' where nothing is to be done).
 */
export const REASONS = {
  // an agent is or will be there
  Injected: { meaning: 'the agent was added to the container', remedy: '' },
  AlreadyInjected: { meaning: 'the pod carries what would be added', remedy: '' },
  AgentSelected: { meaning: 'an agent fits the container', remedy: 'restart the workload' },

  // the user's choice
  OptedOut: {
    meaning: 'the label odigos-instrumentation=disabled is set',
    remedy: 'remove the label from the workload or namespace',
  },
  NotOptedIn: {
    meaning: 'neither the workload nor its namespace is labelled',
    remedy: 'kubectl label namespace NAME odigos-instrumentation=enabled',
  },
  IgnoredNamespace: {
    meaning: 'the namespace is never instrumented',
    remedy: 'remove it from ignoredNamespaces of the OdigosConfig',
  },
  IgnoredContainer: {
    meaning: 'the container is never instrumented',
    remedy: 'remove it from ignoredContainers of the OdigosConfig',
  },
  OverriddenByUser: { meaning: 'an annotation of the workload decided', remedy: 'change or remove the annotation' },
  InvalidAnnotation: {
    meaning: 'an odigos.io annotation has a value that is not understood',
    remedy: 'correct the annotation',
  },

  // detection
  NotDetectedYet: { meaning: 'the language is not known yet', remedy: 'wait for the detector' },
  NoRunningPods: {
    meaning: 'no pod of the workload runs, so there is nothing to look at',
    remedy: 'start the workload',
  },
  StillStarting: { meaning: 'the container runs no application process yet', remedy: 'wait; it is looked at again' },
  DetectionFailed: { meaning: 'the detector could not look at the container', remedy: 'see the Event and the message' },
  Detected: { meaning: 'the language is known', remedy: '' },
  Ambiguous: {
    meaning: 'several languages run in the container',
    remedy: 'name one with the annotation odigos.io/language',
  },
  Infrastructure: {
    meaning: 'the container runs a database, proxy or other infrastructure, which is left alone',
    remedy: 'name a language with the annotation odigos.io/language to instrument it all the same',
  },
  NotSupported: { meaning: 'there is no agent for the language', remedy: '' },
  RuntimeNotSupported: {
    meaning: 'the agent does not work with this runtime, version or start option',
    remedy: 'see the message',
  },
  OtherAgent: {
    meaning: 'another agent or OpenTelemetry SDK is in the container',
    remedy: 'remove the other one, or name the agent with the annotation odigos.io/agent',
  },

  // pipelines
  WaitingForDestination: { meaning: 'there is no Destination, so there is no pipeline', remedy: 'add a Destination' },
  PipelineAssigned: { meaning: 'the workload is assigned to a collector', remedy: '' },
  CollectorsNotReady: { meaning: 'the collectors are starting', remedy: 'wait' },

  // the pod forbids it
  PodSecurityForbids: {
    meaning: "the namespace's Pod Security level forbids what the agent needs",
    remedy: 'relax pod-security.kubernetes.io/enforce of the namespace, or leave the workload alone',
  },
  MountConflict: { meaning: 'the container mounts something where the agent belongs', remedy: 'change the mount path' },
  EnvironmentConflict: {
    meaning: 'a variable that the agent needs cannot be merged with the value that the container gets',
    remedy: 'see the message',
  },
  ProcessNamespaceNotShared: {
    meaning: 'shareProcessNamespace is false, and the eBPF agent needs it',
    remedy: 'remove shareProcessNamespace: false',
  },
  ClusterDnsUnavailable: {
    meaning: 'the pod uses the host network without cluster DNS and cannot reach a collector',
    remedy: 'set dnsPolicy: ClusterFirstWithHostNet',
  },
  MemoryTooSmall: { meaning: "the container's memory limit leaves no room for the agent", remedy: 'raise the limit' },
  CpuTooSmall: {
    meaning: "the container's CPU limit makes a start with the agent so slow that its livenessProbe would kill it",
    remedy: 'raise the limit, or add a startupProbe',
  },
  QuotaForbids: {
    meaning: 'the added container would not be admitted by the limits of the namespace or pod',
    remedy: 'see the message',
  },
  StaticPod: { meaning: 'a mirror pod of the kubelet cannot be changed', remedy: '' },
  NotLinux: { meaning: 'the pod is not a Linux pod', remedy: '' },
  NoSuchWorkload: { meaning: 'the pod belongs to no workload that is instrumented', remedy: '' },
  InternalError: { meaning: 'a failure of ours; the pod was admitted unchanged', remedy: 'see the log' },
  TooLarge: {
    meaning: 'with what we add, the pod would be larger than the API server takes',
    remedy: 'shorten its annotations or environment',
  },
  MalformedRequest: { meaning: 'the AdmissionReview could not be understood', remedy: '' },

  // the workload as a whole
  RestartRequired: {
    meaning: 'pods run that were created before the decision',
    remedy: 'kubectl rollout restart KIND NAME',
  },
  UpToDate: { meaning: 'every running pod is as decided', remedy: '' },
  RestartedByUs: { meaning: 'the workload was restarted by the rollout policy', remedy: '' },
  RestartIneffective: {
    meaning: 'the workload was restarted several times, and pods still are not as decided; it is not restarted again',
    remedy: 'see the message',
  },
  MissedInjection: {
    meaning: 'a pod was created without the webhook and lacks the agent',
    remedy: 'kubectl rollout restart KIND NAME',
  },
  RolledBack: {
    meaning: 'pods crashed after the agent was added, so it was taken out',
    remedy: 'remove the cause, then the annotation odigos.io/rolled-back',
  },
  NothingToInstrument: { meaning: 'no container of the workload takes an agent', remedy: '' },

  // destinations and collectors
  Valid: { meaning: 'the configuration is complete', remedy: '' },
  UnknownType: { meaning: 'the catalogue has no such destination type', remedy: 'use a type of the catalogue' },
  MissingField: { meaning: 'a required field is empty', remedy: 'fill the field' },
  InvalidField: { meaning: 'a field has a value that is not understood', remedy: 'correct the field' },
  MissingSecret: { meaning: 'the Secret, or a key of it, does not exist', remedy: 'create the Secret' },
  UnsupportedSignal: { meaning: 'the destination does not take one of the signals', remedy: 'remove the signal' },
  Disabled: { meaning: 'the object is switched off', remedy: 'set disabled: false' },
  ConfigurationRejected: { meaning: 'the collector refused the configuration', remedy: 'see the message' },
  ApplyFailed: {
    meaning: 'the API server refused an object, or an object of that name belongs to somebody else',
    remedy: 'remove what the message names; it is retried',
  },
  Deployed: { meaning: 'the collectors run with the current configuration', remedy: '' },
  RollingOut: { meaning: 'the collectors are being rolled out', remedy: 'wait' },
} as const

export type Reason = keyof typeof REASONS
export const isReason = (word: string): word is Reason => Object.hasOwn(REASONS, word)
