import { isSameImage, parseImage } from '../pod/image-reference.ts'
import type { AgentSubject } from '../agents/agent.ts'
import type { Answer, Rule } from '../rule.ts'
import { allowed, refused } from '../rule.ts'

const FROM = 'InstrumentationConfig and image of the container'

const anotherImage = (image: string, seen: string, { decision, agent }: AgentSubject): Answer => {
  if (decision.reason !== 'OverriddenByUser' && !isSameImage(image, seen)) {
    return refused('NotDetectedYet', `the image that was looked at is ${seen}`, FROM)
  }
  const hook = agent.delivery === 'files' ? agent.hook.name : undefined
  // Our entry would hide the value of the new version behind that of the old one.
  return hook && decision.runtimeEnv?.some(({ name }) => name === hook)
    ? refused('NotDetectedYet', `the image that was looked at is ${seen}, and gives a value to ${hook}`, FROM)
    : allowed('another version of the one that was looked at', FROM)
}

/** A digest decides where both have one; a reference without both means the tag latest. */
const isSameVersion = (a: string, b: string): boolean => {
  if (!isSameImage(a, b)) return false
  const [one, other] = [parseImage(a), parseImage(b)]
  if (one.digest || other.digest) return one.digest === other.digest
  return (one.tag ?? 'latest') === (other.tag ?? 'latest')
}

/** A detection holds for the image that was inspected. Another one is inspected when it runs. */
export const imageRule: Rule<AgentSubject> = {
  rule: 'image',
  ask: (subject) => {
    const { image } = subject.container
    const seen = subject.decision.image
    if (!seen || !image) return allowed('not asked', 'the InstrumentationConfig names no image')
    if (isSameVersion(image, seen)) return allowed('the one that was looked at', FROM)
    return anotherImage(image, seen, subject)
  },
}
