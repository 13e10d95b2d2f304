/** Waits until `check` no longer throws, asking every 10 ms; throws its last error after `limitMs`. */
export const eventually = async (check: () => void | Promise<void>, limitMs = 8_000): Promise<void> => {
  const deadline = Date.now() + limitMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
