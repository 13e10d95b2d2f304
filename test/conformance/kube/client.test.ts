import type { FakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { clientCases } from './client-cases.ts'

let fake: FakeApiServer | undefined
after(() => fake?.[Symbol.asyncDispose]())

clientCases('the fake API server', async () => {
  fake = await startFakeApiServer()
  return { credentials: fake.credentials, namespace: 'conformance' }
})
