import { eventually as eventuallySo } from '../../deploy/demo/eventually.ts'

/** Waits until `check` no longer throws, asking every 10 ms; throws its last error after `limitMs`. */
export const eventually = async (check: () => void | Promise<void>, limitMs = 8_000): Promise<void> => {
  const isSo = async (): Promise<boolean> => {
    await check()
    return true
  }
  await eventuallySo('the check', limitMs / 1000, isSo, 10).catch((error: unknown) => {
    throw error instanceof Error && error.cause !== undefined ? error.cause : error
  })
}
