'use client'
/** The command that is equivalent to a button, to copy. */
import { useState } from 'react'
import { Icon } from './icon.tsx'

export const Command = ({ text }: { text: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    window.setTimeout(() => setCopied(false), 1500)
  }
  return (
    <div className="command">
      <pre tabIndex={0}>{text}</pre>
      <button
        className="button ghost small icon"
        type="button"
        aria-label={copied ? 'Copied' : 'Copy command'}
        title="Copy"
        onClick={() => void copy().catch(() => undefined)}
      >
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
    </div>
  )
}

/** Commands in a section that is collapsed at first. */
export const Commands = ({
  title = 'Equivalent kubectl commands',
  entries,
}: {
  title?: string
  entries: [string, string][]
}) => (
  <details className="commands">
    <summary>
      <Icon name="chevron" size={12} />
      <Icon name="terminal" size={14} />
      {title}
    </summary>
    <div className="list">
      {entries.map(([label, text]) => (
        <div key={label}>
          <p>{label}</p>
          <Command text={text} />
        </div>
      ))}
    </div>
  </details>
)
