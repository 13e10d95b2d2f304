'use client'
/** All destinations. */
import Link from 'next/link'
import { findCondition } from '../../../src/api/conditions.ts'
import type { DestinationView } from '../../../src/view/view.ts'
import { destinationPath, isReading } from '../../../src/view/view.ts'
import { destinationTone } from '../../model/flow.ts'
import type { Tone } from '../../../src/view/words.ts'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'
import { Badge } from '../badge.tsx'
import { Empty, Reading } from '../empty.tsx'
import { ReasonText } from '../reason-text.tsx'
import { Monogram } from './monogram.tsx'
import { RemoveDestination } from './remove-destination.tsx'

const TONE_WORDS: Partial<Record<Tone, string>> = { good: 'Accepted', busy: 'Pending', quiet: 'Disabled' }

const badgeWords = (tone: Tone, conditions: DestinationView['conditions']): string | undefined =>
  tone === 'good' && findCondition(conditions, 'Delivering')?.status === 'True' ? 'Delivering' : TONE_WORDS[tone]

const DestinationCard = ({ destination }: { destination: DestinationView }) => {
  const { name, displayName, typeName, signals, sources, conditions } = destination
  const tone = destinationTone(destination)
  const failing = conditions.find(({ status }) => status === 'False')
  const accepted = findCondition(conditions, 'Accepted')
  return (
    <li className="card tile" data-destination={name} data-tone={tone}>
      <div className="row">
        <Monogram name={typeName} />
        <div className="grow">
          <h2 className="break">
            <Link href={destinationPath(name)}>{displayName}</Link>
          </h2>
          <p className="muted small">{typeName}</p>
        </div>
        <Badge tone={tone}>{badgeWords(tone, conditions) ?? failing?.reason ?? accepted?.reason ?? 'Not ready'}</Badge>
      </div>
      <div className="row">
        {signals.map((signal) => (
          <span key={signal} className="chip">
            {signal}
          </span>
        ))}
      </div>
      {sources && <p className="muted small break">Takes only: {sources}</p>}
      {tone === 'bad' && failing && (
        <div className="reason tone-bad">
          <ReasonText reason={failing.reason} message={failing.message} />
        </div>
      )}
      <div className="tile-foot">
        <Link className="button small" href={destinationPath(name)}>
          Edit
        </Link>
        <RemoveDestination destination={destination} />
      </div>
    </li>
  )
}

const NoDestinations = () => (
  <Empty
    icon="destinations"
    title="No destinations yet"
    action={
      <Link className="button primary" href="/destinations/new">
        <Icon name="plus" size={14} />
        Add destination
      </Link>
    }
  >
    Add the backend that receives your traces, metrics and logs. Collectors are deployed with the first destination.
  </Empty>
)

export const DestinationList = () => {
  const { view } = useLive()
  const destinations = Object.values(view.destinations)
  if (destinations.length === 0) return <div className="card">{isReading(view) ? <Reading /> : <NoDestinations />}</div>
  return (
    <ul className="tiles">
      {destinations.map((destination) => (
        <DestinationCard key={destination.name} destination={destination} />
      ))}
    </ul>
  )
}
