/**
 * Programs in Python that are no application: one list for the detector, which looks for the process that they start, and for
 * the boot file of the agent, which leaves the program itself alone. By the name of the script, or of the module after `-m`.
 */
export const PYTHON_LAUNCHERS = [
  'circusd',
  'compileall',
  'conda',
  'dumb-init',
  'ensurepip',
  'hatch',
  'honcho',
  'pdm',
  'pip',
  'pipenv',
  'poetry',
  'py_compile',
  'supervisor',
  'supervisord',
  'uv',
  'venv',
  'virtualenv',
  'watchmedo',
] as const

/** Whether a script, or a module such as `supervisor.supervisord`, is one of them; `pip3.12` is pip. */
export const isPythonLauncher = (script: string): boolean => {
  const name = script.slice(script.lastIndexOf('/') + 1)
  const known: readonly string[] = PYTHON_LAUNCHERS
  return (
    known.includes(name.replace(/[\d.]+$/, '')) || (!script.includes('/') && known.includes(name.split('.')[0] ?? ''))
  )
}
