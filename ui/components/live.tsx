'use client'
/** The view of the cluster in the browser: begins with what the page was rendered from, kept current by one stream. */
import type { ReactNode } from 'react'
import { createContext, use, useEffect, useState } from 'react'
import { applyChanges } from '../model/changes.ts'
import type { Changes } from '../model/changes.ts'
import type { ClusterView } from '../model/view.ts'

export type Connection = 'connecting' | 'live' | 'lost'

interface Live {
  view: ClusterView
  connection: Connection
}

/** The server sends a heartbeat every 15 s; without a sign for longer than two of them the connection is dead. */
const SILENCE_LIMIT_MS = 40_000
const RETRY_MS = 3_000

interface Handlers {
  onSnapshot: (view: ClusterView) => void
  onChanges: (changes: Changes) => void
  onLost: () => void
}

/** Opens the stream and opens it again for as long as nobody calls the function that is answered. */
const follow = ({ onSnapshot, onChanges, onLost }: Handlers): (() => void) => {
  let source: EventSource | undefined
  let timer: number | undefined
  const openIn = (ms: number): void => {
    window.clearTimeout(timer)
    timer = window.setTimeout(open, ms)
  }
  const open = (): void => {
    source?.close()
    const current = new EventSource('/api/stream')
    source = current
    const on = (event: string, take: (data: string) => void): void =>
      current.addEventListener(event, ({ data }: MessageEvent<string>) => {
        openIn(SILENCE_LIMIT_MS)
        take(data)
      })
    on('snapshot', (data) => onSnapshot(JSON.parse(data) as ClusterView))
    on('changes', (data) => onChanges(JSON.parse(data) as Changes))
    on('heartbeat', () => undefined)
    current.onerror = () => {
      onLost()
      openIn(RETRY_MS)
    }
  }
  open()
  return () => {
    window.clearTimeout(timer)
    source?.close()
  }
}

const LiveContext = createContext<Live | undefined>(undefined)

export const LiveProvider = ({ initial, children }: { initial: ClusterView; children: ReactNode }) => {
  const [view, setView] = useState(initial)
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(
    () =>
      follow({
        onSnapshot: (snapshot) => {
          setView(snapshot)
          setConnection('live')
        },
        onChanges: (changes) => setView((current) => applyChanges(current, changes)),
        onLost: () => setConnection('lost'),
      }),
    [],
  )
  return <LiveContext value={{ view, connection }}>{children}</LiveContext>
}

export const useLive = (): Live => {
  const live = use(LiveContext)
  if (!live) throw new Error('useLive needs a LiveProvider')
  return live
}
