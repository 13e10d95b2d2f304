'use client'
/** Restarts workloads in sequence. The tooltip shows the equivalent commands. */
import type { Target } from '../../../src/view/commands.ts'
import { restartCommand } from '../../../src/view/commands.ts'
import { Icon } from '../icon.tsx'
import { useInstrumentation } from '../use-instrumentation.ts'

interface RestartButtonProps {
  targets: readonly Target[]
  label: string
  /** Accessible name, where the label does not name the workload. */
  ariaLabel?: string
  /** The restart is possible, but not required. */
  isQuiet?: boolean
}

export const RestartButton = ({ targets, label, ariaLabel, isQuiet = false }: RestartButtonProps) => {
  const { restart, busy } = useInstrumentation()
  return (
    <button
      className={isQuiet ? 'button small ghost' : 'button small'}
      type="button"
      disabled={busy}
      title={targets.map(restartCommand).join('\n')}
      aria-label={ariaLabel}
      onClick={() => void restart(targets)}
    >
      <Icon name="restart" size={13} />
      {label}
    </button>
  )
}
