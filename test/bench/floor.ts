/** The least that a webhook in Express can cost: it parses a review and answers. Started by webhook.ts. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import express from 'express'

const { TLS_DIR = '', PORT = '' } = process.env

const app = express()
  .use(express.json({ limit: '10mb' }))
  .post('/mutate/pods', (request, response) => {
    const { uid } = (request.body as { request: { uid: string } }).request
    response.json({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } })
  })

const [cert, key] = ['tls.crt', 'tls.key'].map((name) => readFileSync(join(TLS_DIR, name)))
createServer({ cert, key, keepAliveTimeout: 95_000 }, app).listen(Number(PORT))
