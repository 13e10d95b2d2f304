import type { Metadata } from 'next'
import { EditDestination } from '../../../components/destinations/edit-destination.tsx'
import { destinationTypes } from '../../../server/catalogue.ts'

interface Props {
  params: Promise<{ name: string }>
}

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({ title: (await params).name })

/** All types go along: the destination's own is known only to the live view, and the catalogue is small. */
const DestinationPage = async ({ params }: Props) => (
  <div className="page narrow">
    <EditDestination name={(await params).name} types={destinationTypes()} />
  </div>
)

export default DestinationPage
