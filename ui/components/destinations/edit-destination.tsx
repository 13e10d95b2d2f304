'use client'
/** The page of one destination: its form, its conditions, its removal. */
import Link from 'next/link'
import { useState } from 'react'
import type { DestinationType } from '../../model/destination-type.ts'
import type { DestinationView } from '../../model/view.ts'
import { Conditions } from '../conditions.tsx'
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

/** The form keeps what it began with, so that a change elsewhere does not take away what was typed. */
const Edit = ({ destination, type }: { destination: DestinationView; type: DestinationType | undefined }) => {
  const [current] = useState(destination)
  if (!type) {
    return (
      <div className="card card-body">
        <ReasonText reason="UnknownType" message={`The catalogue has no type ${destination.type}.`} />
      </div>
    )
  }
  return <DestinationForm type={type} current={current} />
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
