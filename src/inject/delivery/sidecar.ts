import type { Container, EnvVar } from '../../api/kubernetes.ts'
import { literal } from '../environment/hook.ts'
import { isSameImage } from '../pod/image-reference.ts'
import { fitRanges } from '../resources/limit-range.ts'
import { freeName } from '../pod/free-name.ts'
import type { SidecarRecipe } from '../agents/agent.ts'
import { sidecarResources } from '../resources/added-resources.ts'
import type { ContainerSubject } from '../rule.ts'
import { addSdkEnvironment } from '../environment/sdk-env.ts'
import { ebpfContext } from './security.ts'
import type { TraceEntry } from '../types.ts'

const TARGET = 'OTEL_GO_AUTO_TARGET_EXE'

/** What the user says about the container's identity and sampling; nothing else of it belongs into a privileged neighbour. */
const SHARED_VARIABLES = new Set([
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
])

const serves =
  (image: string, executable: string) =>
  (container: Container): boolean =>
    isSameImage(container.image, image) && container.env?.find(({ name }) => name === TARGET)?.value === executable

/** The shared variables, and those before them that they refer to; those of the image come first, where their value is known. */
const identityVariables = ({ container, decision }: ContainerSubject): EnvVar[] => {
  const env = container.env ?? []
  const ofImage = (decision.runtimeEnv ?? [])
    .filter(
      ({ name, value }) => value !== '' && SHARED_VARIABLES.has(name) && !env.some((entry) => entry.name === name),
    )
    .map(({ name, value }) => ({ name, value: literal(value) }))
  const wanted = new Set(SHARED_VARIABLES)
  const ofContainer: EnvVar[] = []
  for (const entry of env.toReversed()) {
    if (!wanted.has(entry.name)) continue
    ofContainer.unshift(entry)
    for (const [, name = ''] of (entry.value ?? '').matchAll(/\$\(([^()]+)\)/g)) wanted.add(name)
  }
  return [...ofImage, ...ofContainer]
}

/**
 * The eBPF agent beside one container, as a native sidecar, so that Jobs end. Image, command and rights are ours alone;
 * the program that it looks for is what the detector saw.
 */
export const ebpfSidecar = (
  subject: ContainerSubject,
  recipe: SidecarRecipe,
  planned: readonly Container[],
  trace: TraceEntry[],
): { container: Container; isThere: boolean } => {
  const { pod, container: served, decision, context, wasInjected } = subject
  const image = context.images.agent(recipe.agent)
  const executable = literal(decision.executable ?? '')
  const initContainers = pod.spec.initContainers ?? []
  const serving = wasInjected ? initContainers.filter(serves(image, executable)) : []
  const ours = new Set(serving.map(({ name }) => name))
  const taken = new Set([...pod.spec.containers, ...initContainers, ...planned].map(({ name }) => name))
  const name = freeName(recipe.containerName, taken, (other) => ours.has(other))
  const asked = sidecarResources(served, pod.spec)
  const resources = context.limits ? fitRanges(asked, context.limits) : asked
  const env = [{ name: TARGET, value: executable }, ...identityVariables(subject)]
  const container: Container = {
    name,
    image,
    imagePullPolicy: context.images.pullPolicy,
    restartPolicy: 'Always',
    env: addSdkEnvironment(env, { ...subject, decision: { ...decision, runtimeEnv: [] } }, recipe, trace),
    ...(resources ? { resources } : {}),
    securityContext: ebpfContext(),
  }
  return { container, isThere: ours.has(name) }
}
