/** Asks the API server whether it is ready. */
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { pki } from './certificates.ts'
import { apiUrl } from './settings.ts'

/** By a plain request, since the cluster that runs may be another checkout's, whose kubectl is not ours. */
export const isApiReady = (): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const request = get(`${apiUrl}/readyz`, { ca: readFileSync(pki('ca.crt')), timeout: 5000 }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      })
      request.on('error', () => resolve(false))
      request.on('timeout', () => request.destroy())
    } catch {
      resolve(false) // no certificate authority: nothing was started
    }
  })
