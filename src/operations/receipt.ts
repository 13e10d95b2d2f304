/** Asks the autoscaler for a delivery receipt. */
import { z } from 'zod'
import type { Receipt } from '../api/reports/receipt.ts'
import { RECEIPT_PATH } from '../api/names.ts'
import { receiptReport } from '../api/reports/receipt.ts'
import { WORKLOAD_KINDS } from '../api/workload-kinds.ts'
import { askAutoscaler } from './ask-autoscaler.ts'
import { nameSchema } from './instrument.ts'
import type { Problem } from './problem.ts'

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind)

export const receiptSchema = z.union([
  z.strictObject({ destination: nameSchema }),
  z.strictObject({ namespace: nameSchema, kind: z.enum(KINDS), name: nameSchema }),
])
export type ReceiptOf = z.infer<typeof receiptSchema>

/** `service` is the base URL of the autoscaler's Service. */
export const makeReceipt = (service: string, of: ReceiptOf): Promise<Receipt | Problem> =>
  askAutoscaler(`${service}${RECEIPT_PATH}?${new URLSearchParams(of).toString()}`, {
    schema: receiptReport,
    code: 'NoReceipt',
  })
