/** Requests to an API server that return the complete response: status, object and warnings. */
import { Agent, request } from 'undici'
import type { Credentials } from '../../../src/kube/http/credentials.ts'

export interface RawResponse {
  status: number
  /** The object, or a metav1.Status. */
  body: Record<string, unknown>
  /** Texts of the Warning headers. */
  warnings: string[]
}

/** Sends JSON to a path of the API server; returns a response of any status. */
export type Post = (path: string, body: unknown) => Promise<RawResponse>

/** `299 - "text", 299 - "text"` (RFC 7234, 5.5). */
const textsOf = (header: string): string[] =>
  [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))

export const createPost = async (credentials: Credentials): Promise<Post & AsyncDisposable> => {
  const { server, headers, tls } = await credentials()
  const dispatcher = new Agent({ connections: 8, connect: tls })
  const post: Post = async (path, body) => {
    const response = await request(server + path, {
      dispatcher,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return {
      status: response.statusCode,
      body: (await response.body.json()) as Record<string, unknown>,
      warnings: [response.headers['warning'] ?? []].flat().flatMap(textsOf),
    }
  }
  return Object.assign(post, { [Symbol.asyncDispose]: () => dispatcher.close() })
}
