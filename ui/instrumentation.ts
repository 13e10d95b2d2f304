/** Next calls this once when the server starts: the watches start before the first browser connects. */
export const register = async (): Promise<void> => {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return
  const { ui } = await import('./server/ui.ts')
  ui()
}
