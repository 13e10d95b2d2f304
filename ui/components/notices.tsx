'use client'
/** Short messages in the corner: the result of an action with the equivalent command, or an error with its remedy. */
import type { ReactNode } from 'react'
import { createContext, use, useCallback, useRef, useState } from 'react'
import { Command } from './command.tsx'
import { Icon } from './icon.tsx'

export interface Notice {
  tone: 'good' | 'bad'
  text: string
  /** Remedy of an error. */
  remedy?: string | undefined
  command?: string | undefined
}

type Show = (notice: Notice) => void

const NoticeContext = createContext<Show | undefined>(undefined)

/** A confirmation disappears after this time; an error stays until it is closed. */
const SHOWN_MS = 8_000
const MAX_NOTICES = 4

export const NoticeProvider = ({ children }: { children: ReactNode }) => {
  const [notices, setNotices] = useState<(Notice & { id: number })[]>([])
  // Not crypto.randomUUID, which browsers have only over HTTPS and on localhost.
  const lastId = useRef(0)
  const close = useCallback((id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)), [])
  const show = useCallback<Show>(
    (notice) => {
      const id = ++lastId.current
      setNotices((all) => [...all.slice(1 - MAX_NOTICES), { ...notice, id }])
      if (notice.tone === 'good') window.setTimeout(() => close(id), SHOWN_MS)
    },
    [close],
  )
  return (
    <NoticeContext value={show}>
      {children}
      <div className="notices" role="status" aria-live="polite">
        {notices.map(({ id, tone, text, remedy, command }) => (
          <div key={id} className={`notice tone-${tone}`}>
            <div className="notice-head">
              <Icon name={tone === 'good' ? 'check' : 'error'} />
              <div className="grow">
                <strong>{text}</strong>
                {remedy && <p className="muted small">{remedy}</p>}
              </div>
              <button className="button ghost small icon" type="button" aria-label="Close" onClick={() => close(id)}>
                <Icon name="close" />
              </button>
            </div>
            {command && <Command text={command} />}
          </div>
        ))}
      </div>
    </NoticeContext>
  )
}

export const useNotice = (): Show => {
  const show = use(NoticeContext)
  if (!show) throw new Error('useNotice needs a NoticeProvider')
  return show
}
