'use client'
/** View of the cluster in the browser: initialized from the rendered page, kept current by one stream. */
import type { ReactNode } from 'react'
import { createContext, use, useEffect, useState } from 'react'
import { applyChanges } from '../model/changes.ts'
import { firstKnown, learn, shownView } from '../model/known.ts'
import type { Connection } from '../model/stream.ts'
import type { ClusterView } from '../../src/view/view.ts'
import { followStream } from './follow-stream.ts'

interface Live {
  view: ClusterView
  connection: Connection
}

const LiveContext = createContext<Live | undefined>(undefined)

export const LiveProvider = ({ initial, children }: { initial: ClusterView; children: ReactNode }) => {
  const [known, setKnown] = useState(() => firstKnown(initial))
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(
    () =>
      followStream({
        onConnection: setConnection,
        onSnapshot: (snapshot) => setKnown((before) => learn(before, snapshot)),
        onChanges: (changes) => setKnown((before) => learn(before, applyChanges(before.served, changes))),
      }),
    [],
  )
  return <LiveContext value={{ view: shownView(known), connection }}>{children}</LiveContext>
}

export const useLive = (): Live => {
  const live = use(LiveContext)
  if (!live) throw new Error('useLive needs a LiveProvider')
  return live
}
