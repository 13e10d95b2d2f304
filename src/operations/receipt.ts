/** Asks the autoscaler for a delivery receipt. */
import { z } from 'zod'
import type { Receipt } from '../api/reports/receipt.ts'
import { RECEIPT_PATH } from '../api/names.ts'
import { receiptReport } from '../api/reports/receipt.ts'
import { WORKLOAD_KINDS } from '../api/workload-kinds.ts'
import type { Transport } from './ask-autoscaler.ts'
import { askAutoscaler } from './ask-autoscaler.ts'
import { nameSchema } from './instrument.ts'
import type { Problem } from './problem.ts'

const KINDS = WORKLOAD_KINDS.map(({ kind }) => kind)

export const receiptSchema = z.union([
  z.strictObject({ destination: nameSchema }),
  z.strictObject({ namespace: nameSchema, kind: z.enum(KINDS), name: nameSchema }),
])
export type ReceiptOf = z.infer<typeof receiptSchema>

export const makeReceipt = (transport: Transport, of: ReceiptOf): Promise<Receipt | Problem> =>
  askAutoscaler(transport, `${RECEIPT_PATH}?${new URLSearchParams(of).toString()}`, {
    schema: receiptReport,
    code: 'NoReceipt',
  })
