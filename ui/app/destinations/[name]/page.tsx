import type { Metadata } from 'next'
import { EditDestination } from '../../../components/destinations/edit-destination.tsx'
import { destinationTypes } from '../../../../src/operations/catalogue.ts'

interface Props {
  params: Promise<{ name: string }>
}

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({ title: (await params).name })

/** Includes all types: only the live view has the type of the destination, and the catalogue is small. */
const DestinationPage = async ({ params }: Props) => (
  <div className="page narrow">
    <EditDestination name={(await params).name} types={destinationTypes()} />
  </div>
)

export default DestinationPage
