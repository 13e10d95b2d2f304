import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { DestinationForm } from '../../../../components/destinations/destination-form.tsx'
import { destinationTypeOf } from '../../../../../src/operations/catalogue.ts'

interface Props {
  params: Promise<{ type: string }>
}

export const metadata: Metadata = { title: 'Add destination' }

const NewDestinationPage = async ({ params }: Props) => {
  const type = destinationTypeOf((await params).type)
  if (!type) notFound()
  return (
    <div className="page narrow">
      <div className="page-head">
        <div className="grow">
          <p className="crumbs">
            <Link href="/destinations">Destinations</Link> / <Link href="/destinations/new">Add</Link>
          </p>
          <h1>{type.name}</h1>
          <p>{type.description}</p>
          {type.docs && (
            <p className="small">
              <a href={type.docs} target="_blank" rel="noreferrer">
                Documentation of {type.name}
              </a>
            </p>
          )}
        </div>
      </div>
      <DestinationForm type={type} />
    </div>
  )
}

export default NewDestinationPage
