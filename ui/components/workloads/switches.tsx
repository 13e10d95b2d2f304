'use client'
/** Switches that opt in or out. The tooltip shows the equivalent command. */
import type { Target } from '../../../src/view/commands.ts'
import { choiceCommand, namespaceTarget, targetOf } from '../../../src/view/commands.ts'
import { isNamespaceWanted, namespaceChoice, workloadChoice } from '../../model/opting.ts'
import type { Choice, NamespaceView, WorkloadView } from '../../../src/view/view.ts'
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
      title={disabled ? 'The label has no effect on this object' : choiceCommand(next.target, next.choice)}
      disabled={disabled}
      onClick={() => void choose(next.target, next.choice)}
    />
  )
}

export const NamespaceSwitch = ({ namespace }: { namespace: NamespaceView }) => {
  const { mode } = useLive().view.status
  const on = isNamespaceWanted(namespace, mode)
  return (
    <Switch
      label={`Instrument namespace ${namespace.name}`}
      on={on}
      disabled={namespace.ignored}
      next={{ choice: namespaceChoice(!on, namespace.name, mode), target: namespaceTarget(namespace.name) }}
    />
  )
}

/** A Job runs once, so a label on it has no effect. */
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
