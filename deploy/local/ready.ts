/** Asks the API server whether it is ready. */
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { pki } from './certificates.ts'
import { API_URL } from './settings.ts'

/** Asks again for so long before a no is believed: a busy machine, or one that was suspended, answers late. */
export const PATIENCE_MS = 30_000

/** By a plain request, since the cluster that runs may be another checkout's, whose kubectl is not ours. */
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
