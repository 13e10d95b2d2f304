import type { FakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { leaderCases } from './leader-cases.ts'

let fake: FakeApiServer | undefined
after(() => fake?.[Symbol.asyncDispose]())

leaderCases('the fake API server', async () => {
  fake = await startFakeApiServer()
  return { credentials: fake.credentials, namespace: 'conformance' }
})
