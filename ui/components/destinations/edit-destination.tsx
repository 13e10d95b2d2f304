'use client'
/** Page of one destination: form, conditions and deletion. */
import Link from 'next/link'
import { useState } from 'react'
import type { DestinationType } from '../../../src/view/destination-type.ts'
import type { DestinationView } from '../../../src/view/view.ts'
import { Conditions } from '../conditions.tsx'
import { Gone } from '../gone.tsx'
import { Icon } from '../icon.tsx'
import { useLive } from '../live.tsx'
import { ReasonText } from '../reason-text.tsx'
import { ReceiptCard } from '../receipt.tsx'
import { DeliveryFigures } from './delivery-figures.tsx'
import { DestinationForm } from './destination-form.tsx'
import { RemoveDestination } from './remove-destination.tsx'

const ChangedMeanwhile = ({ onTakeOver }: { onTakeOver: () => void }) => (
  <div className="banner tone-warn" role="status">
    <Icon name="warning" />
    <p className="grow">This destination was changed by someone else while you were editing.</p>
    <button className="button small" type="button" onClick={onTakeOver}>
      Show the change
    </button>
  </div>
)

const RemovedMeanwhile = () => (
  <div className="banner tone-warn" role="status">
    <Icon name="warning" />
    <p className="grow">
      This destination was deleted while you were editing. Copy what you need before you leave the page.
    </p>
  </div>
)

const State = ({ destination: { name, conditions, delivery } }: { destination: DestinationView }) => (
  <>
    <Conditions conditions={conditions} />
    {delivery && <DeliveryFigures delivery={delivery} />}
    <ReceiptCard target={{ destination: name }} />
  </>
)

interface EditProps {
  /** Initial values of the form. */
  current: DestinationView
  type: DestinationType | undefined
  onChange: () => void
}

const Edit = ({ current, type, onChange }: EditProps) => {
  if (!type) {
    return (
      <div className="card card-body">
        <ReasonText reason="UnknownType" message={`The catalogue has no type ${current.type}.`} />
      </div>
    )
  }
  return <DestinationForm key={current.generation} type={type} current={current} onChange={onChange} />
}

/** The form follows the cluster until the first edit; from then on, changes elsewhere do not alter it. */
export const EditDestination = ({ name, types }: { name: string; types: DestinationType[] }) => {
  const { view } = useLive()
  const [begun, setBegun] = useState<DestinationView>()
  const live = Object.hasOwn(view.destinations, name) ? view.destinations[name] : undefined
  const current = begun ?? live
  if (!current) return <Gone view={view} what="destination" />
  const shown = live ?? current
  return (
    <>
      <div className="page-head">
        <div className="grow">
          <p className="crumbs">
            <Link href="/destinations">Destinations</Link> / {name}
          </p>
          <h1 className="break">{shown.displayName}</h1>
          <p>{shown.typeName}</p>
          {shown.sources && <p className="muted small break">Takes only: {shown.sources}</p>}
        </div>
        {live && <RemoveDestination destination={live} />}
      </div>
      {live ? <State destination={live} /> : <RemovedMeanwhile />}
      {live && current.generation !== live.generation && <ChangedMeanwhile onTakeOver={() => setBegun(undefined)} />}
      <Edit
        current={current}
        type={types.find(({ type }) => type === current.type)}
        onChange={() => setBegun((before) => before ?? live)}
      />
    </>
  )
}
