/** How often each numbered span of a service arrived at the backend, by its sequence number. */
export const timesArrived = (
  spans: readonly { service: string; attributes: Record<string, string> }[],
  service: string,
): Map<number, number> => {
  const times = new Map<number, number>()
  for (const span of spans) {
    const sequence = Number(span.attributes['sequence'])
    if (span.service === service) times.set(sequence, (times.get(sequence) ?? 0) + 1)
  }
  return times
}
