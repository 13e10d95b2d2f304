/** The part of the closed list of reasons about what processes report and what arrives. */
export const TELEMETRY_REASONS = {
  // what the processes report
  AgentLoaded: { meaning: 'the agent was loaded into the process', remedy: '' },
  AgentFailed: { meaning: 'the agent could not start in the process', remedy: 'see the message' },

  // what arrives
  TelemetryArrives: { meaning: 'telemetry of the workload has arrived', remedy: '' },
  NothingArrives: {
    meaning: 'pods run with the agent and have traffic, but no telemetry has arrived',
    remedy: 'see the cause',
  },
  AgentStoodBack: {
    meaning: 'the agent left the processes of the application alone, or could not start in them',
    remedy: 'see the reason that the processes report',
  },
  SampledAway: {
    meaning: 'a sampler or setting drops the traces',
    remedy: 'change the sampler in the InstrumentationRule, or in the environment of the container',
  },
  ServerNotInstrumented: {
    meaning: 'the agent is loaded, but does not know the server library of the application',
    remedy: 'use a library that the agent supports, or create spans in the application',
  },
  CollectorNotReached: {
    meaning: 'nothing arrives, not even a report of the agent: the pods may not reach the collector of their node',
    remedy: 'check NetworkPolicies and proxies between the pods and odigos-node-collector, ports 4317 and 4318',
  },
  NoTraffic: {
    meaning: 'no request to the pods is known, and without requests there may be nothing to report',
    remedy: 'send a request to the workload',
  },
} as const
