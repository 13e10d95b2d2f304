import type { FakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { startFakeApiServer } from '../../support/api-server/fake-api-server.ts'
import { informerCases } from './informer-cases.ts'

let fake: FakeApiServer | undefined
after(() => fake?.[Symbol.asyncDispose]())

informerCases('the fake API server', async () => {
  fake = await startFakeApiServer()
  return { credentials: fake.credentials, namespace: 'conformance', many: 5_000, compact: fake.compact }
})
