import { isSameImage, parseImage } from '../pod/image-reference.ts'
import type { AgentSubject } from '../agents/agent.ts'
import type { RuleResult, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const FROM = 'InstrumentationConfig and image of the container'

const anotherImage = (image: string, seen: string, { decision, agent }: AgentSubject): RuleResult => {
  if (decision.reason !== 'OverriddenByUser' && !isSameImage(image, seen)) {
    return refused('NotDetectedYet', `the inspected image is ${seen}`, FROM)
  }
  const hook = agent.delivery === 'files' ? agent.hook.name : undefined
  // Our entry would replace the new version's value with that of the old one.
  return hook && decision.runtimeEnv?.some(({ name }) => name === hook)
    ? refused('NotDetectedYet', `the inspected image is ${seen}, which sets ${hook}`, FROM)
    : allowed('another version of the inspected image', FROM)
}

/** Digests are compared if either has one; a reference without tag and digest means the tag latest. */
const isSameVersion = (a: string, b: string): boolean => {
  if (!isSameImage(a, b)) return false
  const [one, other] = [parseImage(a), parseImage(b)]
  if (one.digest || other.digest) return one.digest === other.digest
  return (one.tag ?? 'latest') === (other.tag ?? 'latest')
}

/** A detection is valid for the inspected image only. Another image is inspected once it runs. */
export const imageRule: Rule<AgentSubject> = {
  rule: 'image',
  check: (subject) => {
    const { image } = subject.container
    const seen = subject.decision.image
    if (!seen || !image) return allowed('not checked', 'the InstrumentationConfig names no image')
    if (isSameVersion(image, seen)) return allowed('the inspected image', FROM)
    return anotherImage(image, seen, subject)
  },
}
