/** Checks whether the API server is ready. */
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { pki } from './certificates.ts'
import { API_URL } from './settings.ts'

/** Retries for this long: a busy machine, or one that was suspended, responds late. */
export const PATIENCE_MS = 30_000

/** By a plain request, because the running cluster may be another checkout's, with another kubectl. */
export const isApiReady = (): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const request = get(`${API_URL}/readyz`, { ca: readFileSync(pki('ca.crt')), timeout: 5000 }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      })
      request.on('error', () => resolve(false))
      request.on('timeout', () => request.destroy())
    } catch {
      resolve(false) // no certificate authority: nothing was started
    }
  })
