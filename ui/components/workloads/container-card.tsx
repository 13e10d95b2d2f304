/** Detection and decision of one container, with reasons. */
import { isReason } from '../../../src/api/reasons.ts'
import type { ContainerView } from '../../../src/view/view.ts'
import type { Tone } from '../../../src/view/words.ts'
import { isAsIntended } from '../../../src/view/words.ts'
import type { Fact } from '../facts.tsx'
import { Facts } from '../facts.tsx'
import { Icon } from '../icon.tsx'
import { LanguageName } from '../language-name.tsx'
import { ReasonText } from '../reason-text.tsx'

const PENDING = ['NotDetectedYet', 'StillStarting', 'NoRunningPods']

const toneOf = ({ agent, reason }: ContainerView): Tone => {
  if (agent) return 'good'
  if (PENDING.includes(reason)) return 'busy'
  return !isReason(reason) || isAsIntended(reason) ? 'quiet' : 'warn'
}

const factsOf = (container: ContainerView): Fact[] => [
  ['Agent', container.agent ?? 'none'],
  ['C library', container.libc],
  ['Confidence', container.confidence],
  ['Program', container.executable],
]

/** What the processes report of the agent. */
const Reported = ({ reported }: { reported: NonNullable<ContainerView['reported']> }) => {
  const { outcome, reason, message, agent, version, loaded, stoodBack, failed } = reported
  const isLoaded = outcome === 'Loaded'
  const facts: Fact[] = [
    ['Reported agent', [agent, version].filter(Boolean).join(' ')],
    ['Processes with the agent', loaded?.toString()],
    ['Processes left alone', stoodBack?.toString()],
    ['Processes in which it failed', failed?.toString()],
  ]
  return (
    <div className="stack" data-reported={outcome}>
      <div className={`reason tone-${isLoaded ? 'good' : 'warn'}`}>
        <span className="word">{reason}</span>
        <ReasonText reason={reason} isSettled={isLoaded} {...(message ? { message } : {})} />
      </div>
      <Facts facts={facts} />
    </div>
  )
}

const Settings = ({ settings }: { settings: NonNullable<ContainerView['settings']> }) => (
  <div>
    <h3>SDK settings</h3>
    <ul className="evidence">
      {settings.map(({ name, value }) => (
        <li key={name}>
          <code>
            {name}={value}
          </code>
        </li>
      ))}
    </ul>
  </div>
)

const InspectedImage = ({ container: { image, imageID = image } }: { container: ContainerView }) =>
  imageID ? (
    <p className="muted small break">
      Inspected image <code>{imageID}</code>
    </p>
  ) : null

export const ContainerCard = ({ container }: { container: ContainerView }) => {
  const { name, language, runtimeVersion, reason, message, reported, evidence = [], settings = [] } = container
  return (
    <section className="card" aria-label={`Container ${name}`} data-container={name}>
      <div className="card-head">
        <Icon name="workloads" />
        <h2>{name}</h2>
        <span className="grow" />
        {language ? (
          <LanguageName language={language} version={runtimeVersion} />
        ) : (
          <span className="muted">language not detected yet</span>
        )}
      </div>
      <div className="card-body stack">
        <Facts facts={factsOf(container)} />
        <div className={`reason tone-${toneOf(container)}`}>
          <span className="word">{reason}</span>
          <ReasonText reason={reason} message={message} isSettled={container.agent !== undefined} />
        </div>
        {reported && <Reported reported={reported} />}
        {evidence.length > 0 && (
          <div>
            <h3>Evidence</h3>
            <ul className="evidence">
              {evidence.map((line) => (
                <li key={line}>
                  <code>{line}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        {settings.length > 0 && <Settings settings={settings} />}
        <InspectedImage container={container} />
      </div>
    </section>
  )
}
