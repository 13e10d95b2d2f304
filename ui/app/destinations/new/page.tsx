import type { Metadata } from 'next'
import Link from 'next/link'
import { TypeChoice } from '../../../components/destinations/type-choice.tsx'
import { destinationTypes } from '../../../../src/operations/catalogue.ts'

export const metadata: Metadata = { title: 'Add destination' }

const ChooseTypePage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <p className="crumbs">
          <Link href="/destinations">Destinations</Link> / Add
        </p>
        <h1>Choose a destination type</h1>
      </div>
    </div>
    <TypeChoice
      types={destinationTypes().map(({ type, name, description, signals }) => ({ type, name, description, signals }))}
    />
  </div>
)

export default ChooseTypePage
