'use client'
/** All types of the catalogue. */
import Link from 'next/link'
import { useState } from 'react'
import type { DestinationType } from '../../../src/view/destination-type.ts'
import { Empty } from '../empty.tsx'
import { SearchField } from '../search-field.tsx'
import { Monogram } from './monogram.tsx'

type Choice = Pick<DestinationType, 'type' | 'name' | 'description' | 'signals'>

export const TypeChoice = ({ types }: { types: Choice[] }) => {
  const [text, setText] = useState('')
  const found = types.filter(({ name, description, type }) =>
    `${name} ${description} ${type}`.toLowerCase().includes(text.trim().toLowerCase()),
  )
  return (
    <div className="stack">
      <SearchField label="Search destination types" value={text} onChange={setText} />
      {found.length === 0 && (
        <div className="card">
          <Empty icon="search" title="No matching destination type">
            Most backends accept OTLP: try “OTLP (HTTP)” with the endpoint from their documentation.
          </Empty>
        </div>
      )}
      <ul className="tiles">
        {found.map(({ type, name, description, signals }) => (
          <li key={type}>
            <Link className="card tile" href={`/destinations/new/${type}`} data-type={type}>
              <span className="row">
                <Monogram name={name} />
                <strong>{name}</strong>
              </span>
              <span className="muted small">{description}</span>
              <span className="row">
                {signals.map((signal) => (
                  <span key={signal} className="chip">
                    {signal}
                  </span>
                ))}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
