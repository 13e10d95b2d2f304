'use client'
/** The page of one destination: its form, its conditions, its removal. */
import Link from 'next/link'
import { useState } from 'react'
import type { DestinationType } from '../../model/destination-type.ts'
import type { DestinationView } from '../../model/view.ts'
import { Conditions } from '../conditions.tsx'
import { Icon } from '../icons.tsx'
import { useLive } from '../live.tsx'
import { Empty, ReasonText } from '../parts.tsx'
import { DestinationForm } from './destination-form.tsx'
import { RemoveDestination } from './remove.tsx'

const Missing = () => (
  <div className="card">
    <Empty
      icon="destinations"
      title="There is no such destination"
      action={
        <Link className="button" href="/destinations">
          All destinations
        </Link>
      }
    >
      It was removed, or the cluster has not been read yet.
    </Empty>
  </div>
)

const ChangedMeanwhile = ({ onTakeOver }: { onTakeOver: () => void }) => (
  <div className="banner tone-warn" role="status">
    <Icon name="warning" />
    <p className="grow">This destination was changed elsewhere while you were editing.</p>
    <button className="button small" type="button" onClick={onTakeOver}>
      Show the change
    </button>
  </div>
)

/** The form follows the cluster until something is typed; then it keeps what it began with. */
const Edit = ({ destination, type }: { destination: DestinationView; type: DestinationType | undefined }) => {
  const [begun, setBegun] = useState<DestinationView>()
  const current = begun ?? destination
  if (!type) {
    return (
      <div className="card card-body">
        <ReasonText reason="UnknownType" message={`The catalogue has no type ${destination.type}.`} />
      </div>
    )
  }
  return (
    <>
      {current.generation !== destination.generation && <ChangedMeanwhile onTakeOver={() => setBegun(undefined)} />}
      <DestinationForm
        key={current.generation}
        type={type}
        current={current}
        onChange={() => setBegun((before) => before ?? destination)}
      />
    </>
  )
}

export const EditDestination = ({ name, types }: { name: string; types: DestinationType[] }) => {
  const { view } = useLive()
  const destination = Object.hasOwn(view.destinations, name) ? view.destinations[name] : undefined
  if (!destination) return <Missing />
  return (
    <>
      <div className="page-head">
        <div className="grow">
          <p className="crumbs">
            <Link href="/destinations">Destinations</Link> / {name}
          </p>
          <h1 className="break">{destination.displayName}</h1>
          <p>{destination.typeName}</p>
        </div>
        <RemoveDestination destination={destination} />
      </div>
      <Conditions conditions={destination.conditions} />
      <Edit destination={destination} type={types.find(({ type }) => type === destination.type)} />
    </>
  )
}
