'use client'
import { useState } from 'react'
import type { ConnectionTestReport } from '../../../src/api/reports/connection-test.ts'
import type { DestinationInput } from '../../../src/view/destination-type.ts'
import { ask } from '../send.ts'
import { useAction } from '../use-action.ts'

/** Tests the connection of the form as it is. The report is that of the input shown, and goes with the next edit. */
export const useConnectionTest = (input: DestinationInput, name: string | undefined) => {
  const { run, busy, error } = useAction()
  const [tested, setTested] = useState<{ input: DestinationInput; report: ConnectionTestReport | undefined }>()
  const begin = (): Promise<void> =>
    run({
      work: async () => {
        const body = { ...input, ...(name === undefined ? {} : { name }) }
        const { result, error: failed } = await ask<ConnectionTestReport>('POST', '/api/connection-test', body)
        setTested({ input, report: result })
        return failed
      },
      onDone: () => undefined,
    })
  const isCurrent = tested?.input === input
  return { begin, busy, error: isCurrent ? error : undefined, report: isCurrent ? tested.report : undefined }
}
export type ConnectionTestState = ReturnType<typeof useConnectionTest>
