/** Asks the autoscaler for a delivery receipt. */
import { z } from 'zod'
import type { Receipt } from '../../src/api/reports/receipt.ts'
import { RECEIPT_PATH } from '../../src/api/names.ts'
import { receiptReport } from '../../src/api/reports/receipt.ts'
import { WORKLOAD_KINDS } from '../../src/api/workload-kinds.ts'
import { nameSchema } from './instrument.ts'
import type { Problem } from './problem.ts'

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind)

export const receiptSchema = z.union([
  z.strictObject({ destination: nameSchema }),
  z.strictObject({ namespace: nameSchema, kind: z.enum(KINDS), name: nameSchema }),
])
export type ReceiptOf = z.infer<typeof receiptSchema>

/** Longer than a receipt takes, and shorter than a browser waits. */
const TIMEOUT_MS = 40_000

const refusal = z.object({ error: z.string() })

const unreachable: Problem = {
  status: 502,
  code: 'AutoscalerUnreachable',
  message: 'The autoscaler, which makes receipts, does not answer.',
  remedy: 'Check the Deployment odigos-autoscaler, and whether NetworkPolicies allow the UI to reach its port 8080.',
}

/** The refusal of the autoscaler, which names the remedy, or that it does not know what is asked. */
const problemOf = (status: number, body: unknown): Problem => {
  const { data } = refusal.safeParse(body)
  return data ? { status, code: 'NoReceipt', message: data.error } : unreachable
}

const jsonOf = (response: Response): Promise<unknown> => response.json().catch(() => undefined)

/** `service` is the base URL of the autoscaler's Service. */
export const makeReceipt = async (service: string, of: ReceiptOf): Promise<Receipt | Problem> => {
  const url = `${service}${RECEIPT_PATH}?${new URLSearchParams(of).toString()}`
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined)
  if (!response) return unreachable
  const body = await jsonOf(response)
  if (!response.ok) return problemOf(response.status, body)
  return receiptReport.safeParse(body).data ?? unreachable
}
