'use client'
/** The view of the cluster in the browser: begins with what the page was rendered from, kept current by one stream. */
import type { ReactNode } from 'react'
import { createContext, use, useEffect, useState } from 'react'
import { applyChanges } from '../model/changes.ts'
import type { Changes } from '../model/changes.ts'
import { firstKnown, learn, shownView } from '../model/known.ts'
import type { Connection, StreamEvent } from '../model/stream.ts'
import { IDLE_STREAM, needsStream, nextStream } from '../model/stream.ts'
import type { ClusterView } from '../model/view.ts'

interface Live {
  view: ClusterView
  connection: Connection
}

interface Handlers {
  onConnection: (connection: Connection) => void
  onSnapshot: (view: ClusterView) => void
  onChanges: (changes: Changes) => void
}

/** Keeps the stream, as model/stream.ts says, for as long as nobody calls the function that is answered. */
const follow = ({ onConnection, onSnapshot, onChanges }: Handlers): (() => void) => {
  let state = IDLE_STREAM
  let source: EventSource | undefined
  let timer: number | undefined

  const openSource = (): EventSource => {
    const opened = new EventSource('/api/stream')
    const on = (event: string, take: (data: string) => void): void =>
      opened.addEventListener(event, ({ data }: MessageEvent<string>) => {
        take(data)
        handle('message')
      })
    on('snapshot', (data) => onSnapshot(JSON.parse(data) as ClusterView))
    on('changes', (data) => onChanges(JSON.parse(data) as Changes))
    on('heartbeat', () => undefined)
    opened.onerror = () => handle('failed')
    return opened
  }
  const close = (): void => {
    source?.close()
    source = undefined
  }
  const handle = (event: StreamEvent): void => {
    const step = nextStream(state, event)
    state = step.state
    if (step.timerMs !== undefined) {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => handle('timeout'), step.timerMs)
    }
    if (needsStream(state)) source ??= openSource()
    else close()
    onConnection(state.connection)
  }
  const look = (): void => handle(document.hidden ? 'hidden' : 'visible')

  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    window.clearTimeout(timer)
    close()
  }
}

const LiveContext = createContext<Live | undefined>(undefined)

export const LiveProvider = ({ initial, children }: { initial: ClusterView; children: ReactNode }) => {
  const [known, setKnown] = useState(() => firstKnown(initial))
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(
    () =>
      follow({
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
