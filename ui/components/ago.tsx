'use client'
/** Relative time, kept current. */
import { useEffect, useState } from 'react'

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const REFRESH_MS = 10_000

const ago = (from: number, now: number): string => {
  const seconds = Math.round((from - now) / 1000)
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return format.format(Math.round(seconds / size), unit)
}

/** The server does not know the clock of the browser, so the relative time appears once the page is hydrated. */
export const Ago = ({ time }: { time: string }) => {
  const [now, setNow] = useState<number>()
  useEffect(() => {
    setNow(Date.now())
    const timer = window.setInterval(() => setNow(Date.now()), REFRESH_MS)
    return () => window.clearInterval(timer)
  }, [])
  return (
    <time dateTime={time} title={time}>
      {now === undefined ? time.replace('T', ' ').replace('Z', ' UTC') : ago(Date.parse(time), now)}
    </time>
  )
}
