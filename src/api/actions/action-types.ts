/** The types of Actions. A new one is a line here, and its settings in the kind. */

/** The field that holds the settings of each type. */
export const ACTION_BODIES = {
  SampleTraces: 'sampleTraces',
  TailSampleTraces: 'tailSampleTraces',
  SpanMetrics: 'spanMetrics',
  AddAttributes: 'addAttributes',
  AddClusterInfo: 'addClusterInfo',
  DeleteAttributes: 'deleteAttributes',
  RenameAttributes: 'renameAttributes',
  MaskAttributes: 'maskAttributes',
  MaskValues: 'maskValues',
  DropTelemetry: 'dropTelemetry',
  TemplateURLs: 'templateURLs',
  TemplateQueries: 'templateQueries',
} as const
export type ActionType = keyof typeof ACTION_BODIES

export const ACTION_TYPES = Object.keys(ACTION_BODIES) as [ActionType, ...ActionType[]]

/** Only traces are sampled, and made metrics of. */
export const OF_TRACES: readonly string[] = ['SampleTraces', 'TailSampleTraces', 'SpanMetrics'] satisfies ActionType[]
export const isOfTraces = ({ type }: { type: string }): boolean => OF_TRACES.includes(type)
