import type { Sample } from './text.ts'
import { parseSamples } from './text.ts'

/** Maximum duration of a request, and maximum length of a response. */
const TIMEOUT_MS = 5_000
const MAX_BYTES = 8 * 1024 * 1024

const readText = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error(`the response is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads the metrics of a collector at `host:port`. */
export const pullSamples = async (address: string, signal: AbortSignal): Promise<Sample[]> => {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const response = await fetch(`http://${address}/metrics`, { signal: ended, redirect: 'error' })
  const text = await readText(response)
  if (!response.ok) throw new Error(`status ${response.status}`)
  return parseSamples(text)
}
