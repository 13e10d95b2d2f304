import type { Changes } from '../model/changes.ts'
import type { Connection, StreamEvent } from '../model/stream.ts'
import { IDLE_STREAM, needsStream, nextStream } from '../model/stream.ts'
import type { ClusterView } from '../../src/view/view.ts'

interface Handlers {
  onConnection: (connection: Connection) => void
  onSnapshot: (view: ClusterView) => void
  onChanges: (changes: Changes) => void
}

const openSource = (
  { onSnapshot, onChanges }: Omit<Handlers, 'onConnection'>,
  emit: (event: StreamEvent) => void,
): EventSource => {
  const source = new EventSource('/api/stream')
  const on = (event: string, take: (data: string) => void): void =>
    source.addEventListener(event, ({ data }: MessageEvent<string>) => {
      take(data)
      emit('message')
    })
  on('snapshot', (data) => onSnapshot(JSON.parse(data) as ClusterView))
  on('changes', (data) => onChanges(JSON.parse(data) as Changes))
  on('heartbeat', () => undefined)
  source.onerror = () => emit('failed')
  return source
}

/** Keeps the stream open, by the rules of model/stream.ts, until the returned function is called. */
export const followStream = ({ onConnection, ...handlers }: Handlers): (() => void) => {
  let state = IDLE_STREAM
  let source: EventSource | undefined
  let timer: number | undefined

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
    if (needsStream(state)) source ??= openSource(handlers, handle)
    else close()
    onConnection(state.connection)
  }
  const follow = (): void => handle(document.hidden ? 'hidden' : 'visible')

  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    window.clearTimeout(timer)
    close()
  }
}
