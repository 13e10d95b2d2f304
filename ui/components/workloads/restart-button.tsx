'use client'
/** Restarts workloads, one after another. Its tooltip is the commands that do the same. */
import type { Target } from '../../model/commands.ts'
import { restartCommand } from '../../model/commands.ts'
import { Icon } from '../icon.tsx'
import { useInstrumentation } from '../use-instrumentation.ts'

interface RestartButtonProps {
  targets: readonly Target[]
  label: string
  /** What a screen reader says, where the label alone does not name the workload. */
  ariaLabel?: string
  /** It is possible, but nothing calls for it. */
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
