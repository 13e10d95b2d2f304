'use client'
/** Opting in and out, as a switch. Its tooltip is the command that does the same. */
import type { Target } from '../../model/commands.ts'
import { choiceCommand, namespaceTarget, targetOf } from '../../model/commands.ts'
import { isNamespaceWanted, namespaceChoice, workloadChoice } from '../../model/opting.ts'
import type { Choice, NamespaceView, WorkloadView } from '../../model/view.ts'
import { useInstrumentation } from '../use-instrumentation.ts'
import { useLive } from '../live.tsx'
import { isOneOff } from '../../../src/api/workload-kinds.ts'

interface SwitchProps {
  label: string
  on: boolean
  next: { choice: Choice; target: Target }
  disabled?: boolean
}

const Switch = ({ label, on, next, disabled = false }: SwitchProps) => {
  const { choose, busy } = useInstrumentation()
  return (
    <button
      className="switch"
      type="button"
      role="switch"
      aria-checked={on}
      aria-busy={busy}
      aria-label={label}
      title={disabled ? 'This is never instrumented' : choiceCommand(next.target, next.choice)}
      disabled={disabled}
      onClick={() => void choose(next.target, next.choice)}
    />
  )
}

export const NamespaceSwitch = ({ namespace }: { namespace: NamespaceView }) => {
  const { mode } = useLive().view.status
  const on = !namespace.ignored && isNamespaceWanted(namespace, mode)
  return (
    <Switch
      label={`Instrument namespace ${namespace.name}`}
      on={on}
      disabled={namespace.ignored}
      next={{ choice: namespaceChoice(!on, mode), target: namespaceTarget(namespace.name) }}
    />
  )
}

/** Jobs run once and are gone, so a label on one changes nothing. */
export const WorkloadSwitch = ({ workload }: { workload: WorkloadView }) => {
  const { view } = useLive()
  const { kind, name, wanted, decidedBy } = workload
  return (
    <Switch
      label={`Instrument ${kind} ${name}`}
      on={wanted}
      disabled={decidedBy === 'ignored' || isOneOff(kind)}
      next={{ choice: workloadChoice(!wanted, workload, view), target: targetOf(workload) }}
    />
  )
}
