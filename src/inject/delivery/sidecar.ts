import type { Container, EnvVar, Resources } from '../../api/kubernetes.ts'
import { escapeReferences } from '../../api/kubernetes.ts'
import { SDK_VARIABLES } from '../../api/names.ts'
import { isSameImage } from '../pod/image-reference.ts'
import { fitRanges } from '../resources/limit-range.ts'
import { freeName } from '../pod/free-name.ts'
import type { AgentSubject, SidecarAgent } from '../agents/agent.ts'
import { sidecarResources } from '../resources/added-resources.ts'
import type { ContainerSubject } from '../rule.ts'
import { addSdkEnvironment } from '../environment/sdk-env.ts'
import type { TraceEntry } from '../types.ts'

/** The user's variables for identity and sampling; no others of the container belong in a privileged sidecar. */
const SHARED_VARIABLES = new Set<string>([
  SDK_VARIABLES.serviceName,
  SDK_VARIABLES.resourceAttributes,
  SDK_VARIABLES.sampler,
  SDK_VARIABLES.samplerArgument,
])

const serves =
  (image: string, target: EnvVar) =>
  (container: Container): boolean =>
    isSameImage(container.image, image) &&
    container.env?.find(({ name }) => name === target.name)?.value === target.value

/** The shared variables and those that they refer to. Variables of the image come first, if their value is known. */
const identityVariables = ({ container, decision }: ContainerSubject): EnvVar[] => {
  const env = container.env ?? []
  const ofImage = (decision.runtimeEnv ?? [])
    .filter(
      ({ name, value }) => value !== '' && SHARED_VARIABLES.has(name) && !env.some((entry) => entry.name === name),
    )
    .map(({ name, value }) => ({ name, value: escapeReferences(value) }))
  const included = new Set<string>(SHARED_VARIABLES)
  const ofContainer: EnvVar[] = []
  for (const entry of env.toReversed()) {
    if (!included.has(entry.name)) continue
    ofContainer.unshift(entry)
    for (const [, name = ''] of (entry.value ?? '').matchAll(/\$\(([^()]+)\)/g)) included.add(name)
  }
  return [...ofImage, ...ofContainer]
}

type SidecarSubject = AgentSubject<SidecarAgent>

/** The sidecar's place in the pod: its name, whether an earlier admission added it, and its resources. */
export const placeSidecar = ({
  pod,
  container: served,
  decision,
  agent,
  context,
  wasInjected,
  planned,
}: SidecarSubject): { name: string; exists: boolean; resources: Resources | undefined } => {
  const executable = escapeReferences(decision.executable ?? '')
  const initContainers = pod.spec.initContainers ?? []
  const isServing = serves(context.images.agent(agent.name), { name: agent.targetVariable, value: executable })
  const ours = new Set((wasInjected ? initContainers.filter(isServing) : []).map(({ name }) => name))
  const taken = new Set([...pod.spec.containers, ...initContainers, ...planned].map(({ name }) => name))
  const name = freeName(`odigos-${agent.name}`, taken, (other) => ours.has(other))
  const requested = sidecarResources(served, pod.spec, agent.resources)
  return { name, exists: ours.has(name), resources: context.limits ? fitRanges(requested, context.limits) : requested }
}

/**
 * The agent for one container, as a native sidecar, so that Jobs complete. The user cannot influence image, command and
 * privileges; the target program is the one that the detector found.
 */
export const sidecarContainer = (
  subject: SidecarSubject,
  { name, resources }: Pick<ReturnType<typeof placeSidecar>, 'name' | 'resources'>,
  trace: TraceEntry[],
): Container => {
  const { decision, agent, context } = subject
  const target = { name: agent.targetVariable, value: escapeReferences(decision.executable ?? '') }
  const ofSidecar = { ...subject, decision: { ...decision, runtimeEnv: [] } }
  return {
    name,
    image: context.images.agent(agent.name),
    imagePullPolicy: context.images.pullPolicy,
    restartPolicy: 'Always',
    env: addSdkEnvironment([target, ...identityVariables(subject)], ofSidecar, trace),
    ...(resources ? { resources } : {}),
    securityContext: agent.securityContext,
  }
}
